"""The features of the bot, one line each, joined into one; a name can be claimed only once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from bot.alerts import wiring as alerts
from bot.answers import wiring as answers
from bot.answers.services import Services
from bot.board import wiring as board
from bot.channels import wiring as channels
from bot.conversations import wiring as conversations
from bot.data_quality import wiring as data_quality
from bot.delivery import wiring as delivery
from bot.delivery.metering import Meter
from bot.digests import wiring as digests
from bot.exports import wiring as exports
from bot.feature import Feature
from bot.goals import wiring as goals
from bot.grants import wiring as grants
from bot.home.wiring import greeter_of, with_home
from bot.importing import wiring as importing
from bot.playbook import wiring as playbook
from bot.reference import wiring as reference
from bot.slack.event import Asked, EventHandler, Work
from bot.sources import wiring as sources

T = TypeVar("T")


def build_features(services: Services, meter: Meter) -> tuple[Feature, ...]:
    """Build every feature, without asking or connecting to anything."""
    every = _build_commanded(services, meter)
    commands = join(every).commands
    return with_home(services, (*every, conversations.feature(services, lambda: commands)))


def _build_commanded(services: Services, meter: Meter) -> tuple[Feature, ...]:
    return (
        answers.feature(services),
        alerts.feature(services),
        board.feature(services),
        digests.feature(services),
        exports.feature(services),
        goals.feature(services),
        grants.feature(services, claimed=greeter_of(services).person),
        channels.feature(services),
        data_quality.feature(services),
        importing.feature(services),
        playbook.feature(services),
        reference.feature(services),
        sources.feature(services),
        delivery.feature(
            services.settings,
            store=services.store,
            client=services.client,
            gate=services.gate,
            meter=meter,
            retold=lambda: alerts.retold(services),
        ),
    )


def join(features: Iterable[Feature]) -> Feature:
    """Join features into one that serves all that they serve.

    Raises
    ------
    ValueError
        If two of them claim the same name; an event may be heard by several.
    """
    every = tuple(features)  # gone through once for each kind of name
    jobs = _merge({job.name: job for job in one.jobs} for one in every)
    return Feature(
        commands=_merge(one.commands for one in every),
        clicks=_merge(one.clicks for one in every),
        forms=_merge(one.forms for one in every),
        events=_heard(one.events for one in every),
        jobs=tuple(jobs.values()),
        home=_merge(one.home for one in every),
    )


def _heard(mappings: Iterable[Mapping[str, EventHandler]]) -> dict[str, EventHandler]:
    heard: defaultdict[str, list[EventHandler]] = defaultdict(list)
    for mapping in mappings:
        for kind, handle in mapping.items():
            heard[kind].append(handle)
    return {
        kind: handlers[0] if len(handlers) == 1 else partial(_told_to_all, handlers)
        for kind, handlers in heard.items()
    }


def _told_to_all(handlers: Sequence[EventHandler], event: Mapping[str, Any]) -> Work | Asked | None:
    heard = [work for handle in handlers if (work := handle(event)) is not None]
    works = [work.answer if isinstance(work, Asked) else work for work in heard]
    asked = next((work for work in heard if isinstance(work, Asked)), None)
    together = partial(_do_all, works)
    if asked is not None:
        return replace(asked, answer=together)
    return together if works else None


def _do_all(works: Sequence[Work]) -> None:
    for work in works:
        work()


def _merge(mappings: Iterable[Mapping[str, T]]) -> dict[str, T]:
    merged: dict[str, T] = {}
    for mapping in mappings:
        if twice := merged.keys() & mapping.keys():
            # Silently, the later feature would take the clicks and commands of the earlier one.
            raise ValueError(f"two features claim {', '.join(sorted(twice))}")
        merged |= mapping
    return merged
