"""The form of a weekly digest, submitted: its fields are read, and the digest is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from bot.access.decisions import Action, Allow, Reach
from bot.access.gate import Gate
from bot.access.visibility import EVERYTHING, Visibility, visibility_of
from bot.access.vocabulary import read_if_visible
from bot.digests import form
from bot.digests.choices import (
    Choices,
    read_dimension,
    read_hour,
    read_parts,
    read_period,
    read_time_zone,
    read_weekday,
)
from bot.digests.subscribing import Subscribing
from bot.digests.wording.schedules import weekly
from bot.digests.wording.subscriptions import about, next_words
from bot.errors import AccessDeniedError, UsageError
from bot.message import Message
from bot.questions.parsing import Vocabulary
from bot.questions.scopes import read_scope
from bot.slack.once import Once
from bot.slack.sent import FieldsError, Submission
from bot.style.names import escaped
from metrics.errors import MetricsError
from metrics.rollup import Scope
from storage.digests.subscriptions import Subscription
from storage.tables.delivery import SubscriptionState

SAVED_BEFORE = Message("This form is saved already: `/nrr digest list` shows what came of it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestForm:
    """Takes submissions.

    Attributes
    ----------
    gate : Gate
        Asked once the form is closed, before anything is stored.
    quick_gate : Gate
        Asked while the form is open, where Slack waits three seconds for an answer.
    vocabulary : callable
        What the ledger knows, as far as somebody may see it.
    today : callable
        The workspace's own day.
    """

    subscribing: Subscribing
    gate: Gate
    quick_gate: Gate
    vocabulary: Callable[[Visibility], Vocabulary]
    today: Callable[[], date]
    fiscal_start: int
    once: Once

    def check(self, submission: Submission) -> Callable[[], Message]:
        """Read the fields, and return what is to be done once the form is closed.

        Raises
        ------
        FieldsError
            If a field cannot be used, or it is known that the channel may not have a digest.
        """
        channel_id = submission.asker.channel_id
        try:
            self.quick_gate.require_channel_if_known(channel_id)
        except AccessDeniedError as error:
            raise FieldsError({form.WEEKDAY: error}) from error
        choices = read_choices(
            submission,
            vocabulary=self.vocabulary,
            visibility=visibility_of(self.gate.principal(submission.asker), Action.SUBSCRIBE),
            today=self.today(),
            fiscal_start=self.fiscal_start,
        )
        number = submission.about.get("subscription_id")
        try:
            self.subscribing.require_new(channel_id, choices, beside=number)
        except UsageError as error:
            raise FieldsError({form.SCOPE: error}) from error
        return partial(self._save, submission, choices)

    def _save(self, submission: Submission, choices: Choices) -> Message:
        """Store it once, however often Slack made the person press the button.

        Raises
        ------
        AccessDeniedError
            If the channel or the person is not allowed any more.
        """
        with self.once.attempt(submission.view_id) as is_first:
            if not is_first:
                return SAVED_BEFORE
            return self._stored(submission, choices)

    def _stored(self, submission: Submission, choices: Choices) -> Message:
        asker, number = submission.asker, submission.about.get("subscription_id")
        reach = Reach(scope=choices.scope)
        surface = self.gate.require_post(asker, Action.SUBSCRIBE, reach, asker.channel_id)
        entry = self.gate.records.entry(
            asker, Action.SUBSCRIBE, Allow(), surface=surface, reach=reach
        )
        if number is None:
            added = self.subscribing.add(
                choices,
                team_id=asker.team_id,
                channel_id=asker.channel_id,
                owner_id=asker.user_id,
                entry=entry,
            )
            return self._confirmation(added, "is set up", "first")
        changed = self.subscribing.change(asker.channel_id, number, choices, entry=entry)
        return self._confirmation(changed, "is changed", "next")

    def _confirmation(self, subscription: Subscription, done: str, which: str) -> Message:
        what, when = escaped(about(subscription)), weekly(subscription.schedules[-1])
        said = f"Digest {subscription.id} {done}: {what}, {when}"
        if subscription.state is not SubscriptionState.ACTIVE:
            resume = f"`/nrr digest resume {subscription.id}` lets it come again"
            return Message(f"{said}; it is {subscription.state}: {resume}.")
        return Message(
            f"{said}; {which} digest {next_words(subscription, now=self.subscribing.now())}."
        )


def read_choices(
    submission: Submission,
    *,
    vocabulary: Callable[[Visibility], Vocabulary],
    visibility: Visibility,
    today: date,
    fiscal_start: int,
) -> Choices:
    """Return what the fields of a submission say.

    Raises
    ------
    FieldsError
        With what is wrong, for each field that cannot be used.
    """
    readers = _readers(
        submission,
        vocabulary=vocabulary,
        visibility=visibility,
        today=today,
        fiscal_start=fiscal_start,
    )
    found: dict[str, Any] = {}
    problems: dict[str, Exception] = {}
    for name, (block_id, read) in readers.items():
        try:
            found[name] = read()
        except (UsageError, MetricsError, AccessDeniedError) as error:
            problems[block_id] = error
    if problems:
        raise FieldsError(problems)
    return Choices(**found)


def _readers(
    submission: Submission,
    *,
    vocabulary: Callable[[Visibility], Vocabulary],
    visibility: Visibility,
    today: date,
    fiscal_start: int,
) -> dict[str, tuple[str, Callable[[], Any]]]:
    """Return how each of `Choices` is read, and beside which field to say that it cannot be."""
    everything, visible = vocabulary(EVERYTHING), vocabulary(visibility)

    def scope_in(known: Vocabulary) -> Scope:
        words = submission.text(form.SCOPE)
        return read_scope(words, vocabulary=known, today=today, fiscal_start=fiscal_start)

    zone = form.OTHER_ZONE if submission.text(form.OTHER_ZONE).strip() else form.ZONE
    return {
        "weekday": (form.WEEKDAY, lambda: read_weekday(submission.text(form.WEEKDAY))),
        "hour": (form.HOUR, lambda: read_hour(submission.text(form.HOUR))),
        "time_zone": (zone, lambda: read_time_zone(submission.text(zone))),
        "scope": (
            form.SCOPE,
            lambda: read_if_visible(
                scope_in,
                lambda scope: scope,
                visibility=visibility,
                vocabulary=everything,
                visible=visible,
            ),
        ),
        "dimension": (
            form.DIMENSION,
            lambda: read_dimension(submission.text(form.DIMENSION), vocabulary=visible),
        ),
        "period": (form.PERIOD, lambda: read_period(submission.text(form.PERIOD))),
        "parts": (form.PARTS, lambda: read_parts(submission.several(form.PARTS))),
    }
