"""Builds the grants feature: ``/nrr access`` and ``/nrr audit``."""

from collections.abc import Callable
from functools import partial

from bot.access.decisions import EPHEMERAL
from bot.answers.services import Services
from bot.feature import Feature
from bot.grants.command import AccessCommand
from bot.grants.granting import Granting
from bot.grants.standing import standing_of


def feature(services: Services, *, claimed: Callable[[str], None]) -> Feature:
    """Serve ``/nrr access`` and ``/nrr audit``; ``claimed`` hears who became the first one."""
    answers, gate = services.answers, services.gate
    granting = Granting(
        store=services.store,
        records=gate.records,
        surface=EPHEMERAL,
        vocabulary=answers.vocabulary,
        today=answers.today,
        standing=partial(standing_of, gate),
    )
    command = AccessCommand(
        gate=gate,
        granting=granting,
        zone=services.settings.zone,
        claimed=claimed,
        count_accounts=lambda: answers.ask("").retention.accounts_opening,
    )
    return Feature(
        commands={"access": command.answer, "audit": command.audit},
        home={"access": command.own_access, "administration": command.administration},
    )
