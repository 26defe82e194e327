"""Builds the reference feature: help with examples of the ledger, and annualise."""

from bot.access.decisions import Action
from bot.access.visibility import visibility_of
from bot.answers.examples import examples_of
from bot.answers.services import Services
from bot.feature import Feature
from bot.message import Message
from bot.reference.command import ANNUALISE, HELP, annualise
from bot.reference.help_message import help_parts
from bot.slack.sent import Request
from bot.style.rendering import message_of


def feature(services: Services) -> Feature:
    """Serve ``/nrr help`` and ``/nrr annualise``."""

    def help_with(request: Request) -> Message:
        principal = services.gate.require_person(request.asker)
        seen = visibility_of(principal, Action.ASK)
        return message_of(help_parts(request.text, examples_of(services.answers, seen)))

    def rate(request: Request) -> Message:
        return message_of(annualise(request.text))

    return Feature(commands=dict.fromkeys(HELP, help_with) | dict.fromkeys(ANNUALISE, rate))
