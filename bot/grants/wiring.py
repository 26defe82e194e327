"""Puts together what serves ``/nrr access`` and ``/nrr audit``."""

from collections.abc import Callable

from bot.access.gate import Gate
from bot.answers.asking import AsksQuestions
from bot.grants.command import AccessCommand
from bot.grants.granting import Granting
from bot.message import Message
from bot.slack.sent import Request
from storage.store.engine import Store


def access_commands(
    gate: Gate, *, store: Store, answers: AsksQuestions
) -> dict[str, Callable[[Request], Message | None]]:
    """Return what serves ``/nrr access`` and ``/nrr audit``."""
    granting = Granting(
        store=store, records=gate.records, vocabulary=answers.vocabulary, today=answers.today
    )
    command = AccessCommand(gate=gate, granting=granting)
    return {"access": command.answer, "audit": command.audit}
