"""Columns that imports repair, against columns that are built from nothing, byte for byte."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import groupby
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from metrics.pauses import PAUSE
from metrics.segments import Tiers
from storage.columns.arrays import NONE
from storage.columns.derivation import Circumstances, differences, rebuild, repair
from storage.store.column_types import day_number
from storage.store.engine import Store
from storage.store.statements import bulk_insert
from storage.tables.facts import (
    OF_NONE,
    AccountRow,
    AttributeRow,
    Currency,
    Driver,
    MovementRow,
    ParentRow,
    Product,
)
from storage.tables.ledger import DimensionValue
from tests.storage.histories import sweep
from tests.storage.stores import Template, fresh_store

BEGINNING = day_number(date(2025, 1, 1))
TODAYS = (date(2025, 6, 1), date(2025, 12, 3), date(2026, 2, 1))
NAMES = "dbeacf"
ALL = -(10**6)
"""The amount of a row that takes all that its account has without saying of which product."""


Position = tuple[int, int, int]
"""An account, a currency and a product."""


@dataclass(frozen=True)
class Row:
    """A movement: numbers as the ledger has them, `NONE` for no product or driver."""

    account: int
    day: int
    amount: int
    product: int = NONE
    currency: int = 0
    driver: int = NONE


@dataclass(frozen=True)
class Change:
    """What one import adds; statements and parents are account, day, and pair or parent."""

    rows: tuple[Row, ...]
    said: tuple[tuple[int, int, int], ...]
    parents: tuple[tuple[int, int, int], ...]
    today: date


@dataclass
class Facts:
    """A ledger that is written row by row, without an import."""

    session: Session
    rows: list[Row] = field(default_factory=list)
    said: int = 0
    parents: int = 0

    def prepare(self) -> None:
        """Write accounts and labels."""
        self.session.execute(
            text(
                "INSERT INTO import_run (id, source, sha256, rows, findings, started_at,"
                " finished_at, data_version) VALUES (1, 'm', 'x', 0, 0, '2026-01-01 00:00:00+00',"
                " '2026-01-01 00:00:00+00', 1)"
            )
        )
        for table, columns, rows in (
            (AccountRow, ("number", "account_id"), enumerate(NAMES)),
            (Product, ("number", "name"), enumerate(["core", "addon"])),
            (Driver, ("number", "name"), enumerate(["seats", PAUSE])),
            (Currency, ("number", "code"), enumerate(["USD", "EUR"])),
        ):
            bulk_insert(self.session, table, columns, rows)
        pairs = [("segment", "smb"), ("segment", "mid"), ("region", "US"), ("region", "EMEA")]
        numbered = ((number, *pair) for number, pair in enumerate(pairs))
        bulk_insert(self.session, DimensionValue, ("number", "dimension", "value"), numbered)

    def take(self, change: Change) -> None:
        """Write what is possible of a change: no product's balance closes a day below zero."""
        kept = []
        for stated in change.rows:
            row = self._resolved(stated)
            if _closes([*self.rows, row]):
                self.rows.append(row)
                kept.append(row)
        columns = ("account", "day", "amount_minor", "product", "currency", "driver")
        self._write(
            MovementRow,
            columns,
            [
                (
                    row.account,
                    row.day,
                    row.amount,
                    _null(row.product),
                    row.currency,
                    _null(row.driver),
                )
                for row in kept
            ],
            before=len(self.rows) - len(kept),
        )
        self._write(AttributeRow, ("account", "valid_from", "pair"), change.said, before=self.said)
        parents = [(account, day, _null(parent)) for account, day, parent in change.parents]
        self._write(ParentRow, ("account", "valid_from", "parent"), parents, before=self.parents)
        self.said += len(change.said)
        self.parents += len(parents)

    def _write(
        self,
        table: type[MovementRow | AttributeRow | ParentRow],
        columns: tuple[str, ...],
        rows: Iterable[tuple[int | None, ...]],
        *,
        before: int,
    ) -> None:
        is_movement = table is MovementRow
        more = (0, 0, 0) if is_movement else ()
        names = ("id", *columns, "recorded", "import_id")
        names += ("source", "source_row", "kind") if is_movement else ()
        numbered = ((before + n, *row, before, 1, *more) for n, row in enumerate(rows, 1))
        bulk_insert(self.session, table, names, numbered)

    def _resolved(self, row: Row) -> Row:
        if row.amount != ALL:
            return row
        own = (row.account, row.currency)
        held = (r.amount for r in self.rows if (r.account, r.currency) == own and r.day <= row.day)
        return Row(row.account, row.day, -sum(held), NONE, row.currency, row.driver)


def _null(number: int) -> int | None:
    return None if number == NONE else number


def _closes(rows: list[Row]) -> bool:
    """Tell whether no product of any account closes a day below zero; rows are as they landed."""
    order = {position: n for n, position in enumerate(dict.fromkeys(map(_position, rows)))}
    held = dict.fromkeys(order, 0)
    for _, of_day in groupby(sorted(rows, key=lambda row: row.day), key=lambda row: row.day):
        for row in sorted(of_day, key=_is_open):
            parts = _spread(row, held, order) if _is_open(row) else {_position(row): row.amount}
            for position, part in parts.items():
                held[position] += part
        if min(held.values()) < 0:
            return False
    return True


def _position(row: Row) -> Position:
    return row.account, row.currency, max(row.product, NONE)


def _is_open(row: Row) -> bool:
    return row.product == NONE and row.amount < 0


def _spread(row: Row, held: dict[Position, int], order: dict[Position, int]) -> dict[Position, int]:
    own = {at: mrr for at, mrr in held.items() if at[:2] == (row.account, row.currency) and mrr > 0}
    total, loss = sum(own.values()), -row.amount
    if loss > total:
        return {_position(row): -loss}
    exact = {position: Fraction(loss * mrr, total) for position, mrr in own.items()}
    parts = {position: floor(share) for position, share in exact.items()}
    by_rest = sorted(own, key=lambda at: (parts[at] - exact[at], order[at]))
    for position in by_rest[: loss - sum(parts.values())]:
        parts[position] += 1
    return {position: -part for position, part in parts.items()}


accounts = st.integers(0, len(NAMES) - 1)
days = st.integers(0, 300).map(lambda n: BEGINNING + n) | st.sampled_from(
    [BEGINNING + n for n in (0, 31, 59, 90, 120, 151, 181)]
)
stated_days = days | st.just(0)
AMOUNTS = (100, 101, 250, 9_000, 3_000_000, -33, -100, -250, -9_000, 0, ALL)


def changes(*, products: int, currencies: int) -> st.SearchStrategy[list[Change]]:
    """Draw imports that add anything to a ledger, in any order of their dates."""
    rows = st.builds(
        Row,
        account=accounts,
        day=days,
        amount=st.sampled_from(AMOUNTS),
        product=st.integers(OF_NONE, products - 1),
        currency=st.integers(0, currencies - 1),
        driver=st.integers(NONE, 1),
    )
    parents = st.tuples(accounts, stated_days, accounts | st.just(NONE)).filter(
        lambda said: said[0] != said[2]
    )
    change = st.builds(
        Change,
        rows=st.lists(rows, max_size=8).map(tuple),
        said=st.lists(st.tuples(accounts, stated_days, st.integers(0, 3)), max_size=4).map(tuple),
        parents=st.just(()) | st.lists(parents, max_size=2).map(tuple),
        today=st.sampled_from(TODAYS),
    )
    return st.lists(change, min_size=1, max_size=6)


@sweep(examples=24)
@given(
    changes(products=0, currencies=1)
    | changes(products=2, currencies=1)
    | changes(products=2, currencies=2)
)
def test_repaired_columns_are_those_that_are_built_from_nothing(
    template: Template, imports: list[Change]
) -> None:
    with fresh_store(template) as store, store.write() as session:
        facts = Facts(session)
        facts.prepare()
        for change in imports:
            facts.take(change)
            repair(session, by(change.today))

        assert differences(session, by(imports[-1].today)) == []


def test_months_and_windows_reach_on_as_time_goes_by(store: Store) -> None:
    with store.write() as session:
        facts = Facts(session)
        facts.prepare()
        facts.take(Change((Row(0, BEGINNING, 100),), (), (), TODAYS[0]))
        repair(session, by(TODAYS[0]))
        repair(session, by(TODAYS[-1]))  # nothing new, eight months later

        assert differences(session, by(TODAYS[-1])) == []


def test_windows_go_when_a_second_currency_comes(store: Store) -> None:
    with store.write() as session:
        facts = Facts(session)
        facts.prepare()
        facts.take(Change((Row(0, BEGINNING, 100),), (), (), TODAYS[0]))
        repair(session, by(TODAYS[0]))
        facts.take(Change((Row(0, BEGINNING, 100, currency=1),), (), (), TODAYS[0]))
        repair(session, by(TODAYS[0]))

        assert session.scalar(text("SELECT count(*) FROM window_sum")) == 0
        assert differences(session, by(TODAYS[0])) == []


@pytest.mark.usefixtures("store")
def test_a_rebuild_mends_every_column(store: Store) -> None:
    with store.write() as session:
        facts = Facts(session)
        facts.prepare()
        facts.take(
            Change(
                (Row(0, BEGINNING, 100), Row(1, BEGINNING + 40, 50)), ((0, 0, 1),), (), TODAYS[0]
            )
        )
        repair(session, by(TODAYS[0]))
        session.execute(text("DELETE FROM month_column WHERE month > 20150"))
        session.execute(
            text("UPDATE account_column SET first_paid = movement_column.day FROM movement_column")
        )

        assert {each.table for each in differences(session, by(TODAYS[0]))} == {
            "month_column",
            "account_column",
            "window_sum",  # it was added up from the others
        }
        rebuild(session, by(TODAYS[0]))

        assert differences(session, by(TODAYS[0])) == []


def by(today: date) -> Circumstances:
    return Circumstances(tiers=Tiers(), today=today)
