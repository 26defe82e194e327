"""The buttons of digests: set one up from an answer, change or pause the one above."""

from dataclasses import dataclass, replace

from bot.access.decisions import Action
from bot.digests.command import DigestCommand, read_number
from bot.message import Message
from bot.questions.parsing import CANONICAL_LENGTH, Question
from bot.slack.sent import Click, Request
from metrics.periods import PeriodUnit
from storage.digests.subscriptions import DigestPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestClicks:
    """Serves the buttons under digests and answers as the command serves its words."""

    command: DigestCommand

    def every_monday(self, click: Click) -> None:
        """Open the form of a digest, filled in with the question of an answer.

        Raises
        ------
        AccessDeniedError
            If the person may not set up digests, or not in this channel.
        UsageError, MetricsError, StorageError
            If the question cannot be read any more.
        """
        form = self.command.form
        visibility = form.gate.visibility(click.asker, Action.SUBSCRIBE)
        with form.answers.reading() as reading:
            question = reading.question(
                click.value, visibility=visibility, max_length=CANONICAL_LENGTH
            )
        self.command.set_up(
            _request(click, "here"),
            scope=question.scope,
            dimension=question.dimension,
            period=_period(question),
        )

    def edit(self, click: Click) -> None:
        """Open the form of the digest above."""
        self._do("edit", click)

    def pause(self, click: Click) -> Message | None:
        """Pause the digest above."""
        return self._do("pause", click)

    def resume(self, click: Click) -> Message | None:
        """Let a digest that was paused come again."""
        return self._do("resume", click)

    def _do(self, word: str, click: Click) -> Message | None:
        number = read_number(click.value)
        request = _request(click, f"{word} {number}")
        if click.asker.is_on_home:  # which lists a person's own digests, of whatever channel
            own = self.command.subscribing.own(number, click.asker.user_id)
            there = replace(click.asker, channel_id=own.destination.channel_id)
            request = replace(request, asker=there)
        return self.command.answer(request)


def _request(click: Click, text: str) -> Request:
    return Request(text=text, asker=click.asker, trigger_id=click.trigger_id)


def _period(question: Question) -> DigestPeriod:
    period = question.period
    if question.options.window is not None or period.is_year:
        return DigestPeriod.TTM
    is_quarter = period.unit is PeriodUnit.QUARTER and not period.complete
    return DigestPeriod.QUARTER_TO_DATE if is_quarter else DigestPeriod.LAST_MONTH
