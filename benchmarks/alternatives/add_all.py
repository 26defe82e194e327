"""The import that a tutorial would write: SQLModel objects and ``add_all``, nothing checked.

Run as ``python -m benchmarks.alternatives.add_all FILE DATABASE_URL ROWS``; prints the seconds
that its loop took.
"""

import csv
import sys
from datetime import date
from itertools import islice
from pathlib import Path
from time import perf_counter

from sqlmodel import Session

from benchmarks.loading import RECORDED_AT, SOURCE, add_run
from benchmarks.stores import opened
from storage.store.engine import Store
from storage.tables.ledger import Account, MrrMovement

BATCH = 10_000


def add_movements(store: Store, file: Path, limit: int) -> int:
    """Add the first ``limit`` movements of a file, in batches, and return how many."""
    added, known = 0, set[str]()
    with file.open(encoding="utf-8", newline="") as lines, store.write() as session:
        run = add_run(session, limit, data_version=1)
        rows = islice(csv.DictReader(lines), limit)
        while batch := list(islice(rows, BATCH)):
            _add_accounts(session, {row["account_id"] for row in batch} - known)
            known.update(row["account_id"] for row in batch)
            session.add_all(_movement(row, run) for row in batch)
            session.flush()
            session.expunge_all()
            added += len(batch)
    return added


def _add_accounts(session: Session, names: set[str]) -> None:
    session.add_all(Account(account_id=name, root_id=name) for name in names)
    session.flush()


def _movement(row: dict[str, str], run: int) -> MrrMovement:
    return MrrMovement(
        source=SOURCE,
        movement_id=row["movement_id"],
        account_id=row["account_id"],
        effective_on=date.fromisoformat(row["date"]),
        kind="unchanged",
        amount_minor=int(row["amount"].replace(".", "")),
        currency=row["currency"],
        recorded_at=RECORDED_AT,
        import_id=run,
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
