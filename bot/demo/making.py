"""Makes the demo company once: its files beside its store, and the store filled from them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

from bot.clock import utc_now
from bot.config import Settings
from bot.console import progress
from bot.demo.ahead import COLUMNS as AHEAD_COLUMNS
from bot.demo.company import COLUMNS, DemoPlan, Row, SampleCompany
from bot.demo.renewals import COLUMNS as RENEWAL_COLUMNS
from bot.errors import UsageError
from bot.importing.imports import import_file
from bot.style.import_bars import import_bars
from metrics.benchmarks.expectations import WorkspaceProfile
from metrics.benchmarks.goals import Goal
from metrics.benchmarks.tables import CompanyProfile
from metrics.data_end import Declared
from metrics.periods import parse_period
from metrics.segments import Tiers
from storage.benchmarks.expectations import put_goal, put_profile
from storage.ledger.ledger import Ledger
from storage.store import schema
from storage.store.engine import Store

PROFILE: Final = WorkspaceProfile(company=CompanyProfile.MID_MARKET)
GOAL: Final = Goal(scope=(("segment", "enterprise"),), nrr=Fraction(115, 100))
_BY = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFiles:
    """The store of a demo company, and the files that it was filled from."""

    database: Path
    movements: Path
    ahead: Path
    renewals: Path

    @classmethod
    def of(cls, plan: DemoPlan, keep: Path, *, today: date) -> "DemoFiles":
        """Name the files of a company in a folder, or beside a store in a ``.db`` file."""
        # The month is in the name: next month's demo is another company, up to that month.
        name = f"{plan.accounts}x{plan.months}-seed{plan.seed}-{today:%Y-%m}"
        database = keep if keep.suffix else keep / name / "company.db"
        movements, ahead, renewals = (
            database.with_name(f"{name}-{what}.csv") for what in ("movements", "ahead", "renewals")
        )
        return cls(database=database, movements=movements, ahead=ahead, renewals=renewals)

    def beside(self, name: str) -> Path:
        """Name another file beside the store."""
        return self.database.with_name(name)


def make_company(plan: DemoPlan, files: DemoFiles, *, settings: Settings, today: date) -> Store:
    """Open the store of a company, which is made and imported if it is not there yet.

    Raises
    ------
    UsageError
        If the store holds something else, or nothing can be written there.
    """
    if files.database.exists() and not files.renewals.exists():
        raise UsageError("--keep names a store that holds something else: choose another path")
    try:
        files.database.parent.mkdir(parents=True, exist_ok=True)
        if not (files.renewals.exists() and files.ahead.exists()):
            _write_company(SampleCompany(plan, today=today), files)
    except OSError:
        raise UsageError("the demo cannot be written there: check --keep") from None
    store = Store(f"sqlite:///{files.database}")
    schema.upgrade(store)
    if not _is_filled(store):
        _fill(store, files, settings=settings, today=today)
    return store


def _write_company(company: SampleCompany, files: DemoFiles) -> None:
    with progress.status("Making a company …") as status:

        def shown(rows: Iterable[Row]) -> Iterator[Row]:
            for row in rows:
                status.update(f"Making a company … {row[2][:7]}")
                yield row

        _write(files.movements, COLUMNS, shown(company.movements()))
        _write(files.ahead, AHEAD_COLUMNS, company.known_ahead())
        _write(files.renewals, RENEWAL_COLUMNS, company.renewals())


def _write(file: Path, columns: Row, rows: Iterable[Row]) -> None:
    # Under another name until it is whole: a file that is there is never written again.
    unfinished = file.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(columns)
        writer.writerows(rows)
    unfinished.replace(file)


def _is_filled(store: Store) -> bool:
    with store.read() as session:
        return Ledger(session, tiers=Tiers()).data_version() > 2  # noqa: PLR2004 - the movements, and those ahead


def _fill(store: Store, files: DemoFiles, *, settings: Settings, today: date) -> None:
    closed = Declared(closed_through=parse_period("last-month", today=today).end)
    with import_bars(progress) as bars:
        import_file(store, settings, files.movements, today=today, declared=closed, progress=bars)
        import_file(store, settings, files.ahead, today=today, progress=bars)
        import_file(store, settings, files.renewals, today=today, progress=bars)
    declare(store, now=utc_now())


def declare(store: Store, *, now: datetime) -> None:
    """Store the company's profile, so that benchmarks are shown, and one goal that it misses."""
    with store.write(ledger=False) as session:
        put_profile(session, PROFILE, by=_BY, now=now)
        put_goal(session, GOAL, by=_BY, now=now)
