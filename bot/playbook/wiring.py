"""Builds the playbook feature: ``/nrr playbook``."""

from contextlib import suppress

from bot.access.authority import judge_grants
from bot.access.decisions import Action, Allow
from bot.access.visibility import Visibility, visibility_of
from bot.answers.answers import Answers
from bot.answers.services import Services
from bot.errors import BotError
from bot.feature import Feature
from bot.message import Message
from bot.playbook.message import how_to_edit, only_known, playbook_parts
from bot.slack.sent import Request
from bot.style.rendering import message_of
from bot.treatments.playbook import Playbook
from metrics.errors import MetricsError
from storage.errors import StorageError


def feature(services: Services) -> Feature:
    """Serve ``/nrr playbook``."""

    def show(request: Request) -> Message:
        principal = services.gate.require_person(request.asker)
        seen = visibility_of(principal, Action.ASK)
        can_edit = judge_grants(principal, Action.GOALS, None) == Allow()
        told = how_to_edit(services.settings.nrrbot_playbook) if can_edit else None
        return message_of(playbook_parts(known_to(services.answers, seen), how_to_edit=told))

    return Feature(commands={"playbook": show})


def known_to(answers: Answers, visibility: Visibility) -> Playbook:
    """Leave the texts of segments that somebody may see: the names of others are not told."""
    segments: tuple[str, ...] = ()
    with suppress(BotError, MetricsError, StorageError):  # without a ledger there is none
        segments = answers.vocabulary(visibility).values.get(answers.main_dimension, ())
    return only_known(answers.playbook, segments)
