"""The services that features share; each `wiring.py` builds its feature from them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from threading import Semaphore
from typing import ParamSpec, Self, TypeVar

from bot.access.gate import Gate
from bot.access.wiring import build_gate
from bot.answers.answers import Answers
from bot.answers.asking import Asking
from bot.config import Settings
from bot.slack.client import SlackClient
from bot.slack.forms import Forms
from bot.slack.ids import Workspace
from bot.slack.working import Timer, Working, never
from storage.store.engine import Store

AT_ONCE = 4
"""Answers and pictures worked on at the same time; more would only slow each other down."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)  # no slots: cached properties need a __dict__
class Services:
    """Settings, store, answers, Slack and the gate; none of them is asked while features are built.

    Attributes
    ----------
    client : SlackClient
        Others of it share its clock.
    timer : callable
        Knows what takes long.
    sleep : callable
        Waits that many seconds.
    """

    settings: Settings
    store: Store
    answers: Answers
    client: SlackClient
    gate: Gate
    timer: Timer = never
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def of(
        cls,
        settings: Settings,
        *,
        store: Store,
        client: SlackClient,
        workspace: Workspace,
        timer: Timer = never,
        denied: Callable[[str], None] = lambda _: None,
    ) -> Self:
        """Build the services of a workspace; ``denied`` gets the reason of each refusal."""
        return cls(
            settings=settings,
            store=store,
            answers=Answers.of(store, settings),
            client=client,
            gate=build_gate(
                settings, store=store, client=client, workspace=workspace, denied=denied
            ),
            timer=timer,
        )

    @cached_property
    def working(self) -> Working:
        """Tells people whose answer takes long."""
        return Working(self.timer)

    @cached_property
    def forms(self) -> Forms:
        """Opens forms."""
        return Forms(self.client)

    @cached_property
    def asking(self) -> Asking:
        """Answers people's questions past the gate, four at a time."""
        return Asking(answer=self.in_turn(self.answers.reply), gate=self.gate)

    def in_turn(self, work: Callable[P, T]) -> Callable[P, T]:
        """Let slow work wait for one of the four turns that all features share."""
        turns = self._turns

        def wait_and_work(*args: P.args, **kwargs: P.kwargs) -> T:
            with turns:
                return work(*args, **kwargs)

        return wait_and_work

    @cached_property
    def _turns(self) -> Semaphore:
        return Semaphore(AT_ONCE)
