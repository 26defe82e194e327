"""Puts together what serves digests: the command, its form, and what sets them up."""

from bot.access.gate import Gate
from bot.answers.answers import Answers
from bot.answers.asking import AsksQuestions
from bot.clock import utc_now
from bot.config import Settings
from bot.digests.command import DigestCommand
from bot.digests.composing import DigestComposer
from bot.digests.form import DigestForm
from bot.digests.subscribing import Subscribing
from bot.slack.forms import Forms
from storage.store.engine import Store


def build_subscribing(settings: Settings, *, store: Store, answers: Answers) -> Subscribing:
    """Return what sets weekly digests up, for Slack and for the command line."""
    composer = DigestComposer(
        answers=answers, store=store, names_in=settings.nrrbot_names_in_channels
    )
    return Subscribing(store=store, compose=composer.compose_now, now=utc_now)


def digest_parts(
    settings: Settings,
    *,
    answers: AsksQuestions,
    subscribing: Subscribing,
    gate: Gate,
    quick_gate: Gate,
    forms: Forms,
) -> tuple[DigestCommand, DigestForm]:
    """Return what serves ``/nrr digest``, and the form that it opens."""
    form = DigestForm(
        subscribing=subscribing, gate=gate, quick_gate=quick_gate, answers=answers, forms=forms
    )
    command = DigestCommand(
        subscribing=subscribing,
        gate=gate,
        form=form,
        time_zone=settings.nrrbot_time_zone,
        main_dimension=settings.nrrbot_main_dimension,
    )
    return command, form
