"""Source of Stripe: what is new since the last time, as files of contracts and accounts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice

from pydantic import SecretStr

from bot.config import Settings
from bot.sources.source import Fetched
from bot.sources.stripe.api import StripeApi
from bot.sources.stripe.catalogue import StripeCatalogue
from bot.sources.stripe.courses import StripeCourses, SubscriptionCourse
from bot.sources.stripe.files import NAME, StripeFiles
from bot.sources.stripe.reading import StripeReading
from bot.sources.stripe.shelf import Shelf
from metrics.period_grammar import ONE_DAY
from storage.importing.contracts.held_courses import held_courses
from storage.importing.report import ImportPhase, Progress
from storage.importing.spool import Scratch
from storage.importing.stripe.objects import SECONDS_OF_A_DAY, day_of
from storage.importing.stripe.rows import row_of
from storage.sources.states import SourceState
from storage.store.engine import Store

LONGEST_GAP = timedelta(days=25)
"""Events are kept for 30 days: after a longer gap history comes from invoices."""
_KEPT = 30 * SECONDS_OF_A_DAY - 3_600
_AGAIN = 3_600  # seconds before the cursor that are read again: events may be listed late
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeSource:
    """Reads one Stripe account by a key that may read; writes nothing there.

    Parameters
    ----------
    store : Store
        The ledger, which is asked what it holds of subscriptions.
    base : str
        The address of the API.
    """

    key: SecretStr
    base: str
    store: Store
    max_bytes: int

    @property
    def name(self) -> str:
        """The word that names it."""
        return NAME

    def fetch(
        self,
        state: SourceState,
        *,
        scratch: Scratch,
        progress: Progress,
        now: datetime,
        today: date,
    ) -> Fetched:
        """Read what has changed since the cursor, or everything at first and after a long gap.

        Raises
        ------
        SourceFailedError
            If Stripe cannot be read; one sentence without the key says what to do.
        """
        moment = int(now.timestamp())
        cursor = int(state.cursor or 0)
        reading = self._reading(scratch, progress)
        since = cursor - _AGAIN
        is_whole = moment - cursor > LONGEST_GAP.total_seconds()
        if is_whole:
            reading.read_all(max(since, moment - _KEPT))
        else:
            reading.read_events(since)
        courses = StripeCourses(reading, moment, since)
        with StripeFiles(scratch, max_bytes=self.max_bytes) as files:
            for course in self._changed(courses, is_first=not cursor):
                files.add(course)
            files.name_customers(self.store, reading.catalogue)
        changed = len(files.customers)
        return Fetched(
            files=files.fetched(),
            cursor=str(moment),
            covered_through=min(today, day_of(moment)) + ONE_DAY,
            is_whole=is_whole,
            said=(f"{changed:,} customer{'s' * (changed != 1)} changed",) if changed else (),
            notes=(*reading.unread, *courses.untold.sentences()),
        )

    def _reading(self, scratch: Scratch, progress: Progress) -> StripeReading:
        waits = partial(progress, ImportPhase.WAITING, done=0, total=0)
        api = StripeApi(self.key.get_secret_value(), base=self.base, on_wait=waits)
        shelf = Shelf(scratch)
        done = 0

        def count(some: int) -> None:
            nonlocal done
            done += some
            progress(ImportPhase.READING, done=done, total=done + some)

        return StripeReading(api, shelf, StripeCatalogue(api, shelf), count)

    def _changed(self, courses: StripeCourses, *, is_first: bool) -> Iterator[SubscriptionCourse]:
        """Yield the courses that are not what the ledger holds; at first it is not asked."""
        rest = courses.reading.shelf.subscriptions()
        while some := [*islice(rest, _AT_ONCE)]:
            with self.store.read() as session:
                held = {} if is_first else held_courses(session, NAME, some)
            for subscription in some:
                before = held.get(subscription, ())
                course = courses.course(subscription, before)
                if course is not None and _rows(course) != _rows(course._replace(terms=before)):
                    yield course


def _rows(course: SubscriptionCourse) -> Sequence[tuple[str, ...]]:
    return sorted(tuple(row_of(course.customer, term)) for term in course.terms)


def stripe_source(settings: Settings, store: Store) -> StripeSource:
    """Build the source of a workspace that has a key."""
    return StripeSource(
        key=settings.stripe_api_key or SecretStr(""),
        base=settings.stripe_api_url,
        store=store,
        max_bytes=settings.max_import_bytes,
    )
