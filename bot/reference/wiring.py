"""Builds the reference feature: the commands that need no ledger."""

from collections.abc import Callable

from bot.feature import Command, Feature
from bot.message import Message
from bot.reference.command import COMMANDS


def feature() -> Feature:
    """Serve ``/nrr help`` and ``/nrr annualise``."""
    return Feature(commands={name: _command(answer) for name, answer in COMMANDS.items()})


def _command(answer: Callable[[str], Message]) -> Command:
    return lambda request: answer(request.text)
