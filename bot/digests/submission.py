"""The form of a weekly digest, submitted: its fields are read, and the digest is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.access.decisions import Action, Allow, Reach
from bot.access.gate import Gate
from bot.access.visibility import EVERYTHING, Visibility, visibility_of
from bot.access.vocabulary import read_if_visible
from bot.digests import form
from bot.digests.choices import (
    Choices,
    read_dimension,
    read_hour,
    read_period,
    read_sections,
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
from metrics.rollup import Scope
from storage.digests.subscriptions import Destination, DigestContent, Subscription
from storage.tables.delivery import SubscriptionState


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
            self.subscribing.require_new(channel_id, choices.content, beside=number)
        except UsageError as error:
            raise FieldsError({form.SCOPE: error}) from error
        return partial(self._save, submission, choices)

    def _save(self, submission: Submission, choices: Choices) -> Message:
        store = partial(self._stored, submission, choices)
        return self.once.saved(submission.view_id, store, listed_by="/nrr digest list")

    def _stored(self, submission: Submission, choices: Choices) -> Message:
        asker, number = submission.asker, submission.about.get("subscription_id")
        reach = Reach(scope=choices.content.scope)
        surface = self.gate.require_post(asker, Action.SUBSCRIBE, reach, asker.channel_id)
        entry = self.gate.records.entry(
            asker, Action.SUBSCRIBE, Allow(), surface=surface, reach=reach
        )
        if number is None:
            destination = Destination(
                team_id=asker.team_id, channel_id=asker.channel_id, owner_id=asker.user_id
            )
            added = self.subscribing.add(destination, choices, entry=entry)
            return self._confirmation(added, "is set up", "first")
        changed = self.subscribing.change(asker.channel_id, number, choices, entry=entry)
        return self._confirmation(changed, "is changed", "next")

    def _confirmation(self, subscription: Subscription, done: str, which: str) -> Message:
        what, when = escaped(about(subscription)), weekly(subscription.schedules[-1])
        said = f"Digest {subscription.id} {done}: {what}, {when}"
        if subscription.status.state is not SubscriptionState.ACTIVE:
            resume = f"`/nrr digest resume {subscription.id}` lets it come again"
            return Message(f"{said}; it is {subscription.status.state}: {resume}.")
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
    """Read the fields of a submission.

    Raises
    ------
    FieldsError
        With the problem of each field that cannot be used.
    """
    everything, visible = vocabulary(EVERYTHING), vocabulary(visibility)

    def scope_in(known: Vocabulary) -> Scope:
        words = submission.text(form.SCOPE)
        return read_scope(words, vocabulary=known, today=today, fiscal_start=fiscal_start)

    zone = form.OTHER_ZONE if submission.text(form.OTHER_ZONE).strip() else form.ZONE
    found = submission.read_all(
        {
            form.WEEKDAY: read_weekday,
            form.HOUR: read_hour,
            zone: read_time_zone,
            form.SCOPE: lambda _: read_if_visible(
                scope_in,
                lambda scope: scope,
                visibility=visibility,
                vocabulary=everything,
                visible=visible,
            ),
            form.DIMENSION: partial(read_dimension, vocabulary=visible),
            form.PERIOD: read_period,
            form.SECTIONS: lambda _: read_sections(submission.several(form.SECTIONS)),
        }
    )
    return Choices(
        weekday=found[form.WEEKDAY],
        hour=found[form.HOUR],
        time_zone=found[zone],
        content=DigestContent(
            scope=found[form.SCOPE],
            dimension=found[form.DIMENSION],
            period=found[form.PERIOD],
            sections=found[form.SECTIONS],
        ),
    )
