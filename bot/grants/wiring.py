"""Builds the grants feature: ``/nrr access`` and ``/nrr audit``."""

from bot.access.decisions import EPHEMERAL
from bot.answers.services import Services
from bot.feature import Feature
from bot.grants.command import AccessCommand
from bot.grants.granting import Granting


def feature(services: Services) -> Feature:
    """Serve ``/nrr access`` and ``/nrr audit``."""
    answers, gate = services.answers, services.gate
    granting = Granting(
        store=services.store,
        records=gate.records,
        surface=EPHEMERAL,
        vocabulary=answers.vocabulary,
        today=answers.today,
    )
    command = AccessCommand(gate=gate, granting=granting)
    return Feature(commands={"access": command.answer, "audit": command.audit})
