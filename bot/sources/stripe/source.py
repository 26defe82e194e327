"""Source of Stripe: what is new since the last time, as files of contracts and accounts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice

from pydantic import SecretStr

from bot.config import Settings
from bot.sources.source import Fetched
from bot.sources.stripe.api import StripeApi
from bot.sources.stripe.catalogue import StripeCatalogue
from bot.sources.stripe.courses import StripeCourses, SubscriptionCourse
from bot.sources.stripe.customer_shelf import CustomerShelf
from bot.sources.stripe.customers import NAME, StripeCustomers
from bot.sources.stripe.files import StripeFiles
from bot.sources.stripe.reading import StripeReading
from bot.sources.stripe.renames import Renames
from bot.sources.stripe.shelf import Shelf
from bot.style.names import plural
from metrics.period_grammar import ONE_DAY
from storage.importing.contracts.held_names import HeldCourse, contracts_of_products, held_courses
from storage.importing.report import ImportPhase, Progress
from storage.importing.spool import Scratch
from storage.importing.stripe.attributes import StripeField, parse_fields
from storage.importing.stripe.objects import SECONDS_OF_A_DAY, day_of
from storage.importing.stripe.rows import row_of
from storage.sources.states import SourceState
from storage.store.engine import Store

LONGEST_GAP = timedelta(days=25)
"""Events are kept for 30 days: after a longer gap history comes from invoices."""
_KEPT = 30 * SECONDS_OF_A_DAY - 3_600
_AGAIN = 3_600  # seconds before the cursor that are read again: events may be listed late
MIGHTY_KEY = (
    "The key in STRIPE_API_KEY is a secret one (sk_...), which may change everything in Stripe: a"
    " restricted one (rk_...) that may read is enough, see docs/sources.md."
)
_AT_ONCE = 500
_NOT_HELD = HeldCourse("", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeSource:
    """Reads one Stripe account by a key that may read; writes nothing there.

    Parameters
    ----------
    store : Store
        The ledger, which is asked what it holds of subscriptions.
    base : str
        The address of the API.
    fields : mapping of str to StripeField
        Attributes of accounts, and what each is made from.
    """

    key: SecretStr
    base: str
    store: Store
    max_bytes: int
    fields: Mapping[str, StripeField] = field(default_factory=dict)

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
        reading = self._reading(scratch, progress)
        moment = reading.api.moment() or int(now.timestamp())
        since, is_whole = self._read(reading, state.cursor, moment)
        courses = StripeCourses(reading, moment, since)
        customers = StripeCustomers(
            store=self.store,
            reading=reading,
            now=moment,
            fields=self.fields,
        )
        with StripeFiles(scratch, customers.columns, max_bytes=self.max_bytes) as files:
            for course in self._changed(courses, is_first=not state.cursor):
                files.add(course)
            files.tell_of_customers(customers)
        changed = len(files.changed)
        said = [f"{plural(changed, 'customer')} changed"] if changed else []
        if is_whole or self._is_asked_anew(state.cursor):
            said += customers.missing()
        return Fetched(
            files=files.fetched(),
            cursor=f"{moment} {self._asked}".strip(),
            covered_through=min(today, day_of(moment)) + ONE_DAY,
            is_whole=is_whole,
            said=tuple(said),
            notes=(*self._doubts, *reading.unread, *reading.catalogue.untold.sentences()),
        )

    @property
    def _doubts(self) -> Sequence[str]:
        is_mighty = self.key.get_secret_value().startswith("sk_")
        return [MIGHTY_KEY] if is_mighty else []

    @property
    def _asked(self) -> str:
        """All that is asked of customers and subscriptions, as a cursor says it."""
        return ",".join(
            f"{name}={'.'.join((one.holder, *one.path))}"
            for name, one in sorted(self.fields.items())
        )

    def _is_asked_anew(self, before: str) -> bool:
        return before.partition(" ")[2] != self._asked

    def _read(self, reading: StripeReading, before: str, moment: int) -> tuple[int, bool]:
        """Read what is new since a cursor; say from which moment on, and whether that is all."""
        cursor = int(before.partition(" ")[0] or 0)
        since = cursor - _AGAIN
        is_whole = moment - cursor > LONGEST_GAP.total_seconds()
        if is_whole:
            reading.read_all(max(since, moment - _KEPT))
        else:
            reading.read_events(since)
            if self._is_asked_anew(before):
                reading.read_customers()
        return since, is_whole

    def _reading(self, scratch: Scratch, progress: Progress) -> StripeReading:
        waits = partial(progress, ImportPhase.WAITING, done=0, total=0)
        api = StripeApi(self.key.get_secret_value(), base=self.base, on_wait=waits)
        shelf = Shelf(scratch)
        customers = CustomerShelf(Shelf(scratch), {one.holder for one in self.fields.values()})
        done = 0

        def count(some: int) -> None:
            nonlocal done
            done += some
            progress(ImportPhase.READING, done=done, total=done + some)

        return StripeReading(api, shelf, StripeCatalogue(api, shelf), customers, count)

    def _changed(self, courses: StripeCourses, *, is_first: bool) -> Iterator[SubscriptionCourse]:
        """Yield the courses that are not what the ledger holds; at first it is not asked."""
        reading = courses.reading
        renames = Renames.of(reading)
        with self.store.read() as session:
            renamed = contracts_of_products(session, NAME, renames.names)
        rest = iter(sorted({*reading.shelf.subjects(), *renamed}))
        while some := [*islice(rest, _AT_ONCE)]:
            with self.store.read() as session:
                held = {} if is_first else held_courses(session, NAME, some)
            for subscription in some:
                account, before = held.get(subscription, _NOT_HELD)
                known = renames.applied(before)
                if renames.is_doubtful(before):
                    reading.read_course(subscription)
                    known = ()
                course = courses.course(subscription, known, account)
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
        fields=parse_fields(settings.nrrbot_stripe_map.split(",")),
    )
