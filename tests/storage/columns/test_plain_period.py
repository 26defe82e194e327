from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.attribute_table import AttributeTable
from storage.columns import chunks, plain_period
from storage.columns.arrays import Parents, PauseSpells
from storage.columns.chunks import Chunks
from storage.columns.codec import pack
from storage.columns.plain_period import plain_sums
from storage.store.column_types import day_number

START, END = date(2026, 7, 1), date(2026, 10, 1)
CHUNK = 3
TABLE = AttributeTable([{}, {"segment": "smb"}, {"segment": "enterprise"}])
Account = tuple[int, int, int, int, bool]
"""MRR and attribute set at the opening and at the close, and whether it paid before."""


class Columns:
    """The columns of some accounts, as `ColumnReader` reads them; what ends with zeros is shorter.

    ``others`` are statements on parents, or pauses, of which the usual ledger has none.
    """

    def __init__(self, accounts: list[Account], *others: Parents | PauseSpells) -> None:
        self._accounts, self._others = accounts, others

    def lone_accounts(self) -> int:
        return len(self._accounts)

    def parents(self) -> Parents:
        return next((one for one in self._others if isinstance(one, Parents)), Parents.none())

    def pauses(self) -> PauseSpells:
        found = (one for one in self._others if isinstance(one, PauseSpells))
        return next(found, PauseSpells.none())

    def first_paid_chunks(self) -> Chunks:
        day = day_number(START)
        return self._chunks([day - known for *_, known in self._accounts])

    def amount_chunks(self, month: date) -> Chunks:
        return self._chunks([one[0 if month == START else 2] for one in self._accounts])

    def place_chunks(self, month: date) -> Chunks:
        return self._chunks([one[1 if month == START else 3] for one in self._accounts])

    def _chunks(self, cells: list[int]) -> Chunks:
        last = max((place for place, cell in enumerate(cells) if cell), default=-1)
        parts = [cells[first : first + CHUNK] for first in range(0, last + 1, CHUNK)]
        return Chunks([(chunk, pack(np.array(part))) for chunk, part in enumerate(parts)])


@pytest.fixture(autouse=True, scope="module")
def _small_chunks() -> Any:  # noqa: ANN401 - a generator
    with pytest.MonkeyPatch.context() as patch:
        for module in (chunks, plain_period):
            patch.setattr(module, "CHUNK", CHUNK)
        yield


def sums_of(columns: Columns) -> list[list[int]] | None:
    found = plain_sums(columns, START, END, table=TABLE)  # type: ignore[arg-type]
    return None if found is None else found.sums.tolist()


def test_four_accounts_in_two_chunks_add_up_by_their_attributes() -> None:
    lost, grown = (100, 1, 0, 0, True), (50, 2, 80, 1, True)
    new, returning = (0, 0, 7, 2, False), (0, 1, 9, 1, True)

    found = plain_sums(Columns([lost, grown, new, returning]), START, END, table=TABLE)  # type: ignore[arg-type]

    assert found is not None
    assert found.closing_total == 80 + 7 + 9
    assert found.sums.tolist() == [
        [0] * 10,
        [1, 0, 100, 0, 0, 100, 0, 9, 0, 1],
        [1, 1, 50, 30, 0, 0, 7, 0, 0, 1],
    ]


amounts = st.just(0) | st.integers(1, 2**32 - 1)
accounts = st.tuples(amounts, st.integers(0, 2), amounts, st.integers(0, 2), st.booleans())


@given(st.lists(accounts, min_size=1, max_size=10))
def test_accounts_in_any_chunks_add_up_to_what_each_is_alone(some: list[Account]) -> None:
    alone = [sums_of(Columns([account])) or [] for account in some]

    assert sums_of(Columns(some)) == np.sum(alone, axis=0).tolist()


def test_a_ledger_that_is_not_the_usual_one_is_added_up_elsewhere() -> None:
    one = np.array([1])
    under = Parents(account=one, day=one, parent=one - 1, recorded=one)
    paused = PauseSpells(account=one, currency=one, paused_on=one, before=one, back_on=one)
    account = (5, 1, 5, 1, True)

    assert sums_of(Columns([account, account], under)) is None
    assert sums_of(Columns([account, account], paused)) is None
    assert sums_of(Columns([account, (2**32, 1, 5, 1, True)])) is None
    assert sums_of(Columns([])) is None
