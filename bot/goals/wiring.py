"""Builds the goals feature: ``/nrr profile`` and ``/nrr goal``."""

from bot.access.decisions import EPHEMERAL
from bot.answers.services import Services
from bot.feature import Feature
from bot.goals.command import GoalCommands
from bot.goals.setting import GoalSetting


def feature(services: Services) -> Feature:
    """Serve ``/nrr profile`` and ``/nrr goal``."""
    answers, gate = services.answers, services.gate
    setting = GoalSetting(
        store=services.store,
        records=gate.records,
        surface=EPHEMERAL,
        vocabulary=answers.vocabulary,
        today=answers.today,
    )
    serve = GoalCommands(gate=gate, setting=setting, answers=answers, asking=services.asking)
    return Feature(commands={"profile": serve.profile, "goal": serve.goal, "goals": serve.goal})
