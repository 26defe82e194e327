"""Imports that are killed at a statement: nothing of them is there, or all, and they land again."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from sqlite3 import Connection

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel

from metrics.segments import Tiers
from storage.columns.derived import differences
from storage.importing.asking import Overlap
from storage.store.engine import Store
from tests.slow import IS_SLOW
from tests.storage.stores import (
    Given,
    SqliteTemplate,
    csv_text,
    import_text,
    open_store,
    reading,
    rows,
)

State = dict[str, list[tuple[object, ...]]]
MONTHS = [date(2026, month, 1) for month in range(1, 7)]
PERIODS = [*pairwise(MONTHS), (MONTHS[0], MONTHS[-1])]
DRAWN = 1  # statements of each case, beside the last


@dataclass(frozen=True, slots=True)
class Case:
    """A file that lands on what another one has left; the first of all on nothing."""

    name: str
    file: str
    given: Given
    held: str | None = None


def of_months(*rows: str) -> str:
    return csv_text(*rows, header="account_id,date,amount,currency,product,driver,segment")


FIRST = (
    "a,2026-01-05,100,USD,core,,smb",
    "b,2026-01-05,70,USD,core,,ent",
    "a,2026-02-05,20,USD,addon,seats,smb",
    "b,2026-03-05,-70,USD,core,unused,ent",
    "c,2026-03-06,50,USD,,,smb",
)
GROWN = (*FIRST, "c,2026-04-06,-10,USD,,price,mid", "d,2026-04-07,5,USD,core,,smb")
CHANGED = (*FIRST[:2], "a,2026-02-05,25,USD,addon,seats,smb", *FIRST[3:])
LEVELS = ("a,2026-01,100,USD,smb", "b,2026-01,70,USD,ent", "a,2026-02,120,USD,smb")
LATER = (*LEVELS, "a,2026-03,90,USD,mid", "c,2026-03,40,USD,smb")
TERMS = ("a,k1,2026-01-01,2026-12-31,1200,USD,smb", "b,k2,2026-02-01,2027-01-31,600,USD,ent")
AMENDED = ("a,k1,2026-01-01,2026-06-30,1200,USD,smb", *TERMS[1:], "a,k3,2026-08-01,,2400,USD,mid")


def levels(*rows: str) -> str:
    return csv_text(*rows, header="account_id,month,mrr,currency,segment")


def terms(*rows: str) -> str:
    header = "account_id,contract_id,start,end,amount,currency,segment,per"
    return csv_text(*(f"{row},year" for row in rows), header=header)


CASES = (
    Case("first", of_months(*FIRST), {}),
    Case("grown", of_months(*GROWN), {}, of_months(*FIRST)),
    Case("replaced", of_months(*CHANGED), {"overlap": Overlap.REPLACE}, of_months(*FIRST)),
    Case(
        "levels again",
        levels(*LATER),
        {"source": "balances", "is_complete": True},
        levels(*LEVELS),
    ),
    Case("terms again", terms(*AMENDED), {"source": "contracts"}, terms(*TERMS)),
)


def state(store: Store) -> State:
    """All that is stored: the clock of imports stands still, so that it is the same each time."""
    return {
        name: sorted(rows(store, f"SELECT * FROM {name}"), key=repr)  # noqa: S608
        for name in SQLModel.metadata.tables
    }


def watch(store: Store, seen: Callable[[], None]) -> None:
    """Tell of each statement when it begins, also of those that no library knows of."""

    def connected(connection: Connection, _: object) -> None:
        connection.set_trace_callback(lambda _: seen())

    event.listen(store.engine, "connect", connected)


def statements_of(path: Path, case: Case) -> int:
    """Land a case in whole, and count its statements."""
    counted: list[None] = []
    with open_store(path) as store:
        watch(store, lambda: counted.append(None))
        import_text(store, case.file, **case.given)
    return len(counted)


def kill(path: Path, case: Case, *, at: int) -> None:
    """Land a case in a process that ends as a statement begins, and never with this one's work."""
    child = os.fork()
    if not child:
        left = iter(range(at - 1))

        def begins() -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        with open_store(path) as store:
            watch(store, begins)
            import_text(store, case.file, **case.given)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


# Python 3.12 warns of a fork beside threads, which other tests may have left.
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_killed_import_leaves_what_was_or_all_of_it_and_lands_again(
    case: Case, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    held = SqliteTemplate(sqlite_template.copy(tmp_path / "held.db"))
    if case.held is not None:
        with open_store(held.path) as store:
            import_text(store, case.held, **({} if "overlap" in case.given else case.given))
    with open_store(held.path) as store:
        before = state(store)
    count = statements_of(held.copy(tmp_path / "whole.db"), case)
    with open_store(tmp_path / "whole.db") as store:
        whole = state(store)
        with reading(store) as ledger:
            answers = [ledger.retention(*period) for period in PERIODS]
    assert whole != before

    between = range(1, count)
    places = between if IS_SLOW else sorted(Random(case.name).sample(between, DRAWN))  # noqa: S311
    for at in (*places, count):
        path = held.copy(tmp_path / f"{at}.db")
        kill(path, case, at=at)
        with open_store(path) as store:
            assert state(store) in (before, whole), at
            with store.read() as session:
                assert differences(session, tiers=Tiers()) == []
            import_text(store, case.file, **case.given)
            assert state(store) == whole, at
            with reading(store) as ledger:
                assert [ledger.retention(*period) for period in PERIODS] == answers
