"""The form of a digest: opened, read when it is submitted, and saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.access.decisions import Action, Reach
from bot.access.gate import Gate, unless_unsure
from bot.access.visibility import EVERYTHING, Visibility
from bot.access.vocabulary import read_if_visible
from bot.answers.answers import Answers
from bot.answers.examples import value_in
from bot.digests.choices import (
    MONTHLY,
    Choices,
    period_word,
    read_dimension,
    read_hour,
    read_period,
    read_time_zone,
    read_weekday,
)
from bot.digests.subscribing import Subscribing, post_entry
from bot.digests.wording.schedules import WEEKDAYS, schedule_words
from bot.digests.wording.subscriptions import content_words, next_words
from bot.errors import AccessDeniedError, UsageError
from bot.message import Block, Message
from bot.questions.parsing import canonical_scope
from bot.questions.scopes import read_scope_alone
from bot.questions.words import Vocabulary
from bot.slack.client import hurried
from bot.slack.forms import Forms
from bot.slack.once import Once
from bot.slack.sent import Asker, FieldsError, Request, Submission
from bot.style import fields
from bot.style.blocks import context
from bot.style.fields import MAX_OPTION_VALUE, MAX_OPTIONS
from bot.style.names import dimension_name, escaped
from metrics.rollup import Scope
from storage.digests.subscriptions import Destination, DigestContent, DigestPeriod, Subscription
from storage.tables.delivery import SubscriptionState

DIGEST_FORM = "nrr_digest"
"""The form's callback id."""

WEEKDAY, HOUR = "weekday", "hour"
ZONE, OTHER_ZONE = "time_zone", "other_time_zone"
SCOPE, DIMENSION, PERIOD = "scope", "dimension", "period"

PERIODS: Mapping[str, str] = {
    DigestPeriod.LAST_MONTH: "Every week: last complete month",
    DigestPeriod.QUARTER_TO_DATE: "Every week: quarter to date",
    DigestPeriod.TTM: "Every week: trailing twelve months",
    MONTHLY: "Once a month: the month that has closed",
}
COMMON_ZONES = (
    *("UTC", "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver"),
    *("America/Phoenix", "America/Chicago", "America/Mexico_City", "America/New_York"),
    *("America/Toronto", "America/Bogota", "America/Halifax", "America/Santiago"),
    *("America/Sao_Paulo", "America/Argentina/Buenos_Aires", "Atlantic/Azores"),
    *("Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Amsterdam", "Europe/Berlin"),
    *("Europe/Brussels", "Europe/Copenhagen", "Europe/Madrid", "Europe/Oslo", "Europe/Paris"),
    *("Europe/Prague", "Europe/Rome", "Europe/Stockholm", "Europe/Vienna", "Europe/Warsaw"),
    *("Europe/Zurich", "Europe/Athens", "Europe/Bucharest", "Europe/Helsinki", "Europe/Kyiv"),
    *("Europe/Istanbul", "Africa/Lagos", "Africa/Cairo", "Africa/Johannesburg"),
    *("Africa/Nairobi", "Asia/Jerusalem", "Asia/Riyadh", "Asia/Dubai", "Asia/Karachi"),
    *("Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Jakarta", "Asia/Shanghai"),
    *("Asia/Hong_Kong", "Asia/Manila", "Asia/Singapore", "Australia/Perth", "Asia/Seoul"),
    *("Asia/Tokyo", "Australia/Adelaide", "Australia/Brisbane", "Australia/Melbourne"),
    *("Australia/Sydney", "Pacific/Auckland"),
)
"""From west to east; any other can be typed, because a menu takes 100 at most."""

OPENING_SECONDS = 1  # Slack opens no form later than three seconds after the click or command
MAX_ZONE = 60
_NEXT_WEEK = "A change of day, hour or time zone applies from next week on."


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestForm:
    """Opens the form, and saves the digest that is submitted with it."""

    subscribing: Subscribing
    gate: Gate
    answers: Answers
    forms: Forms
    once: Once = field(default_factory=Once)

    def dimensions(self, asker: Asker) -> tuple[str, ...]:
        """List the dimensions by which a person may have a digest split."""
        return tuple(self.answers.vocabulary(self._visibility(asker)).values)

    def scope(self, asker: Asker) -> Scope:
        """Return the accounts that a person means where they name none."""
        return self._visibility(asker).default or ()

    def time_zone(self, asker: Asker) -> str | None:
        """Return the time zone that a person's Slack shows; None where it tells none."""
        return self.gate.principal(asker).person.time_zone

    def open(
        self, request: Request, choices: Choices, *, subscription_id: int | None = None
    ) -> None:
        """Open the form, filled in with choices; with an id, it changes that digest.

        Raises
        ------
        AccessDeniedError
            If it is known that the channel may not have a digest.
        """
        channel_id = request.asker.channel_id
        with hurried(OPENING_SECONDS):
            self.gate.require_channel_if_known(channel_id)
        number = {} if subscription_id is None else {"subscription_id": subscription_id}
        known = self.answers.vocabulary(self._visibility(request.asker))
        view = digest_form(
            choices,
            about={"channel_id": channel_id, **number},
            dimensions=tuple(known.values),
            example=value_in(known, self.answers.main_dimension),
        )
        self.forms.open(request.trigger_id, view)

    def check(self, submission: Submission) -> Callable[[], Message]:
        """Read the fields, and return the call that saves the digest once the form is closed.

        Raises
        ------
        FieldsError
            If a field cannot be used, or it is known that the channel may not have a digest.
        """
        channel_id = submission.asker.channel_id
        choices = self._read(submission)
        reach = Reach(scope=choices.content.scope)
        try:
            with unless_unsure():
                self.gate.require_post(
                    submission.asker, Action.SUBSCRIBE, reach, channel_id, fresh=False
                )
        except AccessDeniedError as error:
            raise FieldsError({WEEKDAY: error}) from error
        number = submission.about.get("subscription_id")
        try:
            self.subscribing.require_new(channel_id, choices.content, beside=number)
        except UsageError as error:
            raise FieldsError({SCOPE: error}) from error
        save = partial(self._save, submission, choices)
        return partial(self.once.saved, submission.view_id, save, listed_by="/nrr digest list")

    def _read(self, submission: Submission) -> Choices:
        visibility = self._visibility(submission.asker)
        everything, visible = (
            self.answers.vocabulary(EVERYTHING),
            self.answers.vocabulary(visibility),
        )

        def scope_in(known: Vocabulary) -> Scope:
            return read_scope_alone(
                submission.text(SCOPE),
                vocabulary=known,
                today=self.answers.today(),
                fiscal_start=self.answers.fiscal_start,
            )

        zone = OTHER_ZONE if submission.text(OTHER_ZONE).strip() else ZONE  # typed beats picked
        found = submission.read_all(
            {
                WEEKDAY: read_weekday,
                HOUR: read_hour,
                zone: read_time_zone,
                SCOPE: lambda _: read_if_visible(
                    scope_in,
                    lambda scope: scope,
                    visibility=visibility,
                    vocabulary=everything,
                    visible=visible,
                ),
                DIMENSION: partial(read_dimension, vocabulary=visible),
                PERIOD: read_period,
            }
        )
        period, is_monthly = found[PERIOD]
        content = DigestContent(
            scope=found[SCOPE],
            dimension=found[DIMENSION],
            period=period,
            is_monthly=is_monthly,
        )
        return Choices(
            weekday=found[WEEKDAY], hour=found[HOUR], time_zone=found[zone], content=content
        )

    def _save(self, submission: Submission, choices: Choices) -> Message:
        asker, number = submission.asker, submission.about.get("subscription_id")
        # asked again, and for real: the form was open for as long as the person liked
        entry = post_entry(self.gate, asker, choices.content.scope, asker.channel_id)
        if number is None:
            destination = Destination(
                team_id=asker.team_id, channel_id=asker.channel_id, owner_id=asker.user_id
            )
            added = self.subscribing.add(destination, choices, entry=entry)
            return self._confirmation(added, "is set up", "first")
        changed = self.subscribing.change(asker.channel_id, number, choices, entry=entry)
        return self._confirmation(changed, "is changed", "next")

    def _confirmation(self, subscription: Subscription, done: str, which: str) -> Message:
        what, when = escaped(content_words(subscription)), schedule_words(subscription)
        said = f"Digest {subscription.id} {done}: {what}, {when}"
        if (state := subscription.status.state) is not SubscriptionState.ACTIVE:
            resume = f"`/nrr digest resume {subscription.id}` lets it come again"
            return Message(f"{said}; it is {state}: {resume}.")
        moment = next_words(subscription, now=self.subscribing.now())
        return Message(f"{said}; {which} digest {moment}.")

    def _visibility(self, asker: Asker) -> Visibility:
        return self.gate.visibility(asker, Action.SUBSCRIBE)


def digest_form(
    choices: Choices,
    *,
    about: Mapping[str, str | int],
    dimensions: Sequence[str],
    example: str = "",
) -> Block:
    """Lay out the form, filled in with ``choices``.

    Parameters
    ----------
    about : mapping
        The channel, and the subscription that is changed: both come back with the submission.
    example : str
        Accounts that could be typed.
    """
    is_change = "subscription_id" in about
    blocks = (*_when(choices), *_what(choices, dimensions, example))
    later = [context(_NEXT_WEEK)] if is_change else []
    title = "Change the digest" if is_change else "New digest"
    return fields.form(DIGEST_FORM, title, (*blocks, *later), about=about)


def _when(choices: Choices) -> tuple[Block, ...]:
    hours = {str(hour): f"{hour:02}:00" for hour in range(24)}
    zones = dict.fromkeys((choices.time_zone, *COMMON_ZONES))
    return (
        fields.menu(WEEKDAY, "Day", WEEKDAYS, choices.weekday),
        fields.menu(HOUR, "Hour", hours, str(choices.hour)),
        fields.menu(ZONE, "Time zone", {zone: zone for zone in zones}, choices.time_zone),
        fields.text_field(
            OTHER_ZONE,
            "Another time zone, if it is not in the list",
            longest=MAX_ZONE,
            hint="Its name, such as America/Lima; it counts instead of the list.",
            optional=True,
        ),
    )


def _what(choices: Choices, dimensions: Sequence[str], example: str) -> tuple[Block, ...]:
    shown = [name for name in dimensions if len(name) <= MAX_OPTION_VALUE]
    names = dict.fromkeys((choices.content.dimension, *shown))
    return (
        fields.accounts_field(SCOPE, canonical_scope(choices.content.scope), example=example),
        fields.menu(
            DIMENSION,
            "Split by",
            {name: dimension_name(name) for name in list(names)[:MAX_OPTIONS]},
            choices.content.dimension,
        ),
        fields.menu(PERIOD, "How often, and of what", PERIODS, period_word(choices.content)),
    )
