"""The import that a tutorial would write: SQLModel objects and ``add_all``, nothing checked.

Run as ``python -m benchmarks.alternatives.add_all FILE DATABASE_URL ROWS``; prints the seconds
that its loop took.
"""

import csv
import sys
from datetime import date
from itertools import count, islice
from pathlib import Path
from time import perf_counter

from sqlmodel import Session

from benchmarks.ledgers import DRIVERS
from benchmarks.loading import RECORDED_AT, add_labels, add_run
from benchmarks.stores import opened
from storage.store.column_types import day_number, moment_number
from storage.store.engine import Store
from storage.tables.facts import AccountRow, MovementRow

BATCH = 10_000


def add_movements(store: Store, file: Path, limit: int) -> int:
    """Add the first ``limit`` movements of a file, in batches, and return how many."""
    known: dict[str, int] = {}
    drivers: dict[str, int | None] = {name: number for number, name in enumerate(DRIVERS)}
    ids = count(1)
    with file.open(encoding="utf-8", newline="") as lines, store.write() as session:
        run = add_run(session, limit, data_version=1)
        add_labels(session)
        rows = islice(csv.DictReader(lines), limit)
        while batch := list(islice(rows, BATCH)):
            _add_accounts(session, {row["account_id"] for row in batch}, known)
            session.add_all(
                _movement(row, run, number, known[row["account_id"]], drivers.get(row["driver"]))
                for row, number in zip(batch, ids, strict=False)
            )
            session.flush()
            session.expunge_all()
    return limit


def _add_accounts(session: Session, names: set[str], known: dict[str, int]) -> None:
    new = names - known.keys()
    for name in new:
        known[name] = len(known)
    session.add_all(AccountRow(number=known[name], account_id=name) for name in new)
    session.flush()


def _movement(
    row: dict[str, str], run: int, number: int, account: int, driver: int | None
) -> MovementRow:
    return MovementRow(
        id=number,
        source=0,
        movement_id=row["movement_id"],
        account=account,
        day=day_number(date.fromisoformat(row["date"])),
        kind=0,
        amount_minor=int(row["amount"].replace(".", "")),
        currency=0,
        recorded=moment_number(RECORDED_AT),
        import_id=run,
        source_row=number,
        driver=driver,
    )


def main() -> None:
    """Time the loop."""
    file, url, limit = sys.argv[1:]
    with opened(url) as store:
        began = perf_counter()
        added = add_movements(store, Path(file), int(limit))
        sys.stdout.write(f"{added} {perf_counter() - began:.6f}\n")


if __name__ == "__main__":
    main()
