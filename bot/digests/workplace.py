"""The digests of ``nrrbot digest``: found, previewed for one week or month, or sent."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path

from bot.answers.workplace import Workplace
from bot.clock import Clock, utc_now
from bot.command_places import CommandPlace
from bot.console import out, print_json
from bot.delivery.outcomes import DIGEST, DIGEST_STALE_AFTER, digest_stale_at
from bot.delivery.payloads import LATE_AFTER, due_words
from bot.delivery.store_clock import store_clock
from bot.digests.building import build_digest
from bot.digests.composing import DigestComposer, local_day, pack_digest, zone_in
from bot.digests.digest import Digest, DigestRequest
from bot.digests.document import digest_json
from bot.digests.job import queue_week
from bot.digests.months import News, closed_month, last_closed
from bot.digests.subscribing import Subscribing
from bot.digests.terminal import print_digest
from bot.digests.wiring import build_composer
from bot.digests.wording.schedules import local_moment
from bot.errors import UsageError
from bot.private_files import write_private
from bot.style.grounds import footer
from metrics.schedules import DueWeek, due_at, schedule_for, week_of
from storage.digests import stuck
from storage.digests.stuck import StuckMessage
from storage.digests.subscriptions import DigestContent, Subscription
from storage.tables.delivery import SubscriptionState

_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})", re.IGNORECASE)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


class DigestWorkplace(Workplace):
    """A workplace that also finds the digests of channels, previews and sends them."""

    @property
    def due_clock(self) -> Clock:
        """The clock that due times go by, as a running bot's do."""
        return store_clock(self.store, utc_now)

    def now(self) -> datetime:
        """Return the moment of the digests: this one, or the last one of another day."""
        if self.day is None:
            return self.due_clock()
        return datetime.combine(self.day, time.max, tzinfo=self.settings.zone)

    @cached_property
    def subscribing(self) -> Subscribing:
        """The digests of channels, as they are set up and changed."""
        return Subscribing(
            store=self.store,
            compose=self.composer.compose_now,
            now=self.due_clock,
            place=CommandPlace.TERMINAL,
        )

    @cached_property
    def composer(self) -> DigestComposer:
        """Composes digests as a running bot does."""
        return build_composer(self.settings, store=self.store, answers=self.answers)

    def find(self, channel_id: str | None, number: int | None) -> Subscription:
        """Find the digest of a channel, of a number, or of both.

        Raises
        ------
        UsageError
            If there is none, or the channel has several.
        """
        if channel_id is None and number is not None:
            return self.subscribing.get(number)  # whichever channel it is of
        return self.subscribing.find(channel_id or "", number)

    def find_stuck(self, number: int) -> StuckMessage:
        """Find a message that waits for a person.

        Raises
        ------
        UsageError
            If no message of that number does.
        """
        with self.store.read() as session:
            for message in stuck.list_stuck(session):
                if message.number == number:
                    return message
        raise UsageError(
            f"message {number} is not stuck: `nrrbot digest list` shows those that are"
        )

    def send_again(self, message: StuckMessage) -> str:
        """Put a stuck message back on its way, and word what it will say of being late.

        Raises
        ------
        UsageError
            If its digest is not active, or the next one was due by now.
        """
        now, of, number = self.due_clock(), message.subscription_id, message.number
        words = ""
        if of is not None:
            subscription = self.subscribing.get(of)
            if subscription.status.state is not SubscriptionState.ACTIVE:
                raise UsageError(
                    f"its digest {of} is not active: `nrrbot digest resume {of}` first"
                )
            if message.kind == DIGEST and now > digest_stale_at(
                message.due_at, subscription.schedules
            ):
                raise UsageError(
                    f"message {number} is of a week that is over: `nrrbot digest now {of}` sends a"
                    f" new one, and `nrrbot digest dismiss {number}` settles this one"
                )
            if now - message.due_at > LATE_AFTER:
                due = due_words(message.due_at, subscription.schedules[-1].time_zone)
                words = f" It says that it was due {due}."
        with self.store.write(ledger=False) as session:
            stuck.put_back(session, number, now=now)
        return words

    def default_digest(self, period: str | None) -> Digest:
        """Return the digest with default settings: of a month a monthly one, else a weekly one."""
        now, zone = self.now(), self.settings.nrrbot_time_zone
        today, month = local_day(now, zone), read_month(period)
        if month is not None:
            month = closed_month(self.answers, month, today=today)
        monday = read_week(period if month is None else None, today=today)
        request = DigestRequest(
            content=DigestContent(dimension="", is_monthly=month is not None),
            week=week_of(monday),
            # a past week is told from its Monday, as a digest of then would have been
            today=today if week_of(monday) == week_of(today) else monday,
            names_shown=False,
            small_shown=True,  # whoever runs the bot holds the ledger
            month=month,
        )
        return build_digest(self.answers, request)

    def of_channel(self, subscription: Subscription, period: str | None) -> tuple[Digest, DueWeek]:
        """Return a channel's digest of a week or a month, and the moment that it is due.

        Raises
        ------
        UsageError
            If a month is named and it is weekly, or the month is not closed.
        """
        now, month = self.now(), read_month(period)
        if month is not None and not subscription.content.is_monthly:
            raise UsageError(
                f"digest {subscription.id} is weekly: name a week, such as {week_of(now.date())}"
            )
        due = due_week(subscription, period if month is None else None, now=now)
        # before it is due it is the digest that it would be now
        moment = min(due.due_at, now)
        return self.composer.digest_of_week(subscription, due.week, moment, month=month), due

    def send(self, subscription: Subscription, digest: Digest, due: DueWeek) -> None:
        """Put the digest of a week that is due on its way, as the planner does.

        Raises
        ------
        UsageError
            If it is not due, due too long ago, not wanted, or on its way already.
        """
        now, number = self.due_clock(), subscription.id
        zone = zone_in(subscription, due.week)
        instead = f"`nrrbot digest now {number}` sends one at once"
        if (state := subscription.status.state) is not SubscriptionState.ACTIVE:
            raise UsageError(f"digest {number} is {state}: `nrrbot digest resume {number}` first")
        if due.due_at > now:
            raise UsageError(
                f"{due.week} is due {local_moment(due.due_at, zone)}, not yet: {instead}"
            )
        if now - due.due_at > DIGEST_STALE_AFTER:
            raise UsageError(f"{due.week} was due more than two days ago: {instead}")
        if digest.request.month is not None:
            self._require_news(subscription, digest.request.month, due)
        composed = pack_digest(digest, due=due_words(due.due_at, zone))
        # False if a running `nrrbot serve` was quicker, or the digest was changed meanwhile.
        if not queue_week(self.store, subscription, due, composed, now=now):
            raise UsageError(f"{due.week} of digest {number} is planned already: {instead}")

    def _require_news(self, subscription: Subscription, month: date, due: DueWeek) -> None:
        number, today = subscription.id, local_day(due.due_at, zone_in(subscription, due.week))
        instead = f"`nrrbot digest now {number}` sends one at once"
        last = last_closed(self.answers, today=today)
        if last is not None and month < last:
            raise UsageError(f"{last:%B %Y} has closed since, and is what is sent: {instead}")
        if self.composer.news(subscription, due.due_at) is not News.SOME:
            raise UsageError(
                f"{month:%B %Y} of digest {number} is sent already, or on its way: {instead}"
            )


def print_preview(digest: Digest, *, folder: Path | None, as_json: bool) -> None:
    """Print a digest, with its pictures in a folder if there is one to write them to."""
    charts = () if folder is None else tuple(write_pictures(digest, folder))
    if as_json:
        print_json(digest_json(digest, charts=[str(path) for path in charts]))
    else:
        print_digest(digest, out, charts=charts)


def write_pictures(digest: Digest, folder: Path) -> Iterator[Path]:
    """Write the pictures as PNG files, and yield where each is.

    Raises
    ------
    UsageError
        If one cannot be written.
    """
    from bot.digests import chart  # noqa: PLC0415 - matplotlib is slow to load

    source = footer(digest.answer.grounds)
    pictures = (
        *chart.digest_pictures(digest, source=source),
        *chart.thread_pictures(digest, source=source),
    )
    for number, picture in enumerate(pictures, start=1):
        path = folder / f"nrrbot-digest-{digest.request.occasion}-{number}.png"
        write_private(path, picture.png)
        yield path


def due_week(subscription: Subscription, week: str | None, *, now: datetime) -> DueWeek:
    """Return a week of a subscription, this one where none is named.

    Raises
    ------
    UsageError
        If there is no such week, or it lies before the first or after this one.
    """
    today = local_day(now, subscription.schedules[-1].time_zone)
    monday = read_week(week, today=today)
    schedule = schedule_for(subscription.schedules, monday)
    if schedule is None:
        first = week_of(subscription.schedules[0].from_monday)
        raise UsageError(f"digest {subscription.id} begins with {first}")
    return DueWeek(week=week_of(monday), monday=monday, due_at=due_at(schedule, monday))


def read_week(text: str | None, *, today: date) -> date:
    """Return the Monday of an ISO week, of this one where none is named.

    Raises
    ------
    UsageError
        If it is none, or has not begun.

    Examples
    --------
    >>> str(read_week("2026-W46", today=date(2026, 11, 21)))
    '2026-11-09'
    """
    found = _WEEK.fullmatch((text or week_of(today)).strip())
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:  # most years have no W53
        monday = None
    if monday is None:
        raise UsageError("a week is written so: 2026-W46, and a month so: 2026-10")
    if monday > today:
        raise UsageError(f"{week_of(monday)} has not begun yet: this week is {week_of(today)}")
    return monday


def read_month(text: str | None) -> date | None:
    """Return the first day of a month such as ``2026-10``; None where none is named."""
    found = _MONTH.fullmatch((text or "").strip())
    try:
        return date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:  # there is no thirteenth
        return None
