"""Terms, levels and movements of no product, beside those of products: each loses its own."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from metrics.segments import NO_VALUE, Tiers
from storage.columns.control_totals import differing_control_totals
from storage.columns.derivation import Circumstances, differences
from storage.columns.showing import ShownPosition, show_month
from storage.errors import EmptyLedgerError, MonthNotBuiltError
from storage.importing.landing import ImportOptions
from storage.importing.reversal import reverse
from storage.store.engine import Store
from tests.storage.histories import sweep
from tests.storage.stores import (
    NOW,
    TODAY,
    Template,
    csv_text,
    findings,
    fresh_store,
    import_text,
    rows,
)

MONTHS = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(23)]
Balances = dict[tuple[str, str], int]
"""Minor units by account and product."""


def balances(store: Store, month: date) -> Balances:
    """Return what the columns have at a month start, where they have any."""
    shown: tuple[ShownPosition, ...] = ()
    with store.read() as session, suppress(EmptyLedgerError, MonthNotBuiltError):
        shown = show_month(session, month, most=None).positions
    found: Counter[tuple[str, str]] = Counter()
    for one in shown:
        found[one.account, one.product or NO_VALUE] += one.mrr_minor
    return {position: amount for position, amount in found.items() if amount}


def check_columns(store: Store) -> None:
    """Check, as ``db check`` does, that columns and control totals are those of the ledger."""
    with store.read() as session:
        by = Circumstances(tiers=Tiers(), today=TODAY)
        assert differences(session, by) == []
        assert differing_control_totals(session) == []


class Term(NamedTuple):
    account: str
    product: str
    start: date
    last: date
    mrr: int

    @property
    def line(self) -> str:
        return f"{self.account},{self.start},{self.last},{self.mrr},USD,month,{self.product}"


def of_terms(terms: Iterable[Term]) -> str:
    header = "account,start,end,amount,currency,per,product"
    return csv_text(*(term.line for term in terms), header=header)


def in_force(terms: Iterable[Term], boundary: date) -> Balances:
    """Add up the terms that have begun before a day and whose last paid day has not gone by."""
    found: Counter[tuple[str, str]] = Counter()
    for term in terms:
        if term.start < boundary <= term.last:
            found[term.account, term.product or NO_VALUE] += term.mrr * 100
    return dict(found)


WORKED = [
    Term("a", "", date(2025, 1, 1), date(2025, 11, 25), 100),
    Term("a", "x", date(2025, 11, 26), date(2026, 11, 25), 80),
    Term("a", "", date(2026, 7, 18), date(2026, 9, 17), 50),
]


def test_a_term_without_a_product_ends_without_one(store: Store) -> None:
    import_text(store, of_terms(WORKED), source="contracts")

    assert balances(store, date(2025, 12, 1)) == {("a", "x"): 80_00}
    assert balances(store, date(2026, 9, 1)) == {("a", "x"): 80_00, ("a", NO_VALUE): 50_00}
    assert balances(store, date(2026, 10, 1)) == {("a", "x"): 80_00}
    check_columns(store)


@st.composite
def lists_of_terms(draw: st.DrawFn) -> list[Term]:
    """Draw terms of which those of one product and account do not overlap."""
    found = []
    for account in draw(st.sampled_from(["a", "ab"])):
        for product in ("", "x", "y"):
            day = date(2025, 1, 1)
            for _ in range(draw(st.integers(0, 3))):
                start = day + timedelta(draw(st.integers(0, 200)))
                # not on a month's last day: what follows would keep it up to the boundary
                last = (start + timedelta(draw(st.integers(1, 250)))).replace(day=17)
                last = last if last > start else start.replace(day=28) + timedelta(10)
                found.append(Term(account, product, start, last, draw(st.integers(1, 900))))
                day = last + timedelta(1)
    assume(found)
    return draw(st.permutations(found))


@sweep(examples=10)
@given(terms=lists_of_terms(), raised=st.integers(1, 50))
def test_any_terms_give_by_product_what_a_sum_of_those_in_force_gives(
    template: Template, terms: list[Term], raised: int
) -> None:
    with fresh_store(template) as store:
        import_text(store, of_terms(terms), source="contracts")
        signed = [balances(store, month) for month in MONTHS]
        assert signed == [in_force(terms, month) for month in MONTHS]

        corrected = [one._replace(mrr=one.mrr + raised) for one in terms[::2]]
        if corrected:
            import_text(store, of_terms(corrected), source="contracts")
            hold = [*corrected, *terms[1::2]]
            assert [balances(store, month) for month in MONTHS] == [
                in_force(hold, month) for month in MONTHS
            ]
            check_columns(store)
            take_back(store, 2)
        assert [balances(store, month) for month in MONTHS] == signed
        check_columns(store)


Levels = dict[tuple[str, str, date], int]
"""What accounts pay for a product at the end of a month."""
LEVELS = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.sampled_from(("", "x", "y")), st.sampled_from(MONTHS[:6])),
    st.sampled_from((0, 1, 30, 100, 333)),
    min_size=1,
)


def of_levels(levels: Levels) -> str:
    cells = (
        f"{a},{month:%Y-%m},{mrr},USD,{product}" for (a, product, month), mrr in levels.items()
    )
    return csv_text(*cells, header="account_id,month,mrr,currency,product")


@sweep(examples=10)
@given(first=LEVELS, second=LEVELS)
def test_any_balances_are_by_product_what_they_state(
    template: Template, first: Levels, second: Levels
) -> None:
    with fresh_store(template) as store:
        for levels in (first, second):
            import_text(store, of_levels(levels), source="balances", is_complete=True)
            check_levels(store, levels)
        [(number,)] = rows(store, "SELECT max(id) FROM import_run")
        if number is not None:
            take_back(store, number)
            import_text(store, of_levels(second), source="balances", is_complete=True)
        check_levels(store, second)
        check_columns(store)


def check_levels(store: Store, levels: Levels) -> None:
    stated = {month for _, _, month in levels}
    for month, after in pairwise(MONTHS):
        if month in stated:
            assert balances(store, after) == {
                (account, product or NO_VALUE): mrr * 100
                for (account, product, of), mrr in levels.items()
                if of == month and mrr
            }


def take_back(store: Store, number: int) -> None:
    options = ImportOptions(clock=lambda: NOW, today=TODAY, started_at=NOW, tiers=Tiers())
    with store.write() as session:
        reverse(session, number, options)


HEADER = "account_id,date,amount,currency,product"


def test_a_movement_that_says_none_takes_nothing_from_products(store: Store) -> None:
    lines = ("a,2025-01-05,60,USD,x", "a,2025-01-05,40,USD,", "a,2025-02-05,-10,USD,(none)")
    import_text(store, csv_text(*lines, header=HEADER))

    assert balances(store, date(2025, 3, 1)) == {("a", "x"): 60_00, ("a", NO_VALUE): 30_00}
    assert rows(store, "SELECT product FROM ledger_movement ORDER BY id") == [
        *[("x",), (None,), ("(none)",)]
    ]
    check_columns(store)
    assert findings(store, csv_text("a,2025-03-05,-31,USD,(none)", header=HEADER)) == [
        (2, "amount takes (none) of a below zero on 5 Mar 2025: has 30.00, would be -1.00")
    ]


def test_a_movement_that_says_none_is_held_when_it_comes_again(store: Store) -> None:
    content = csv_text("a,2025-01-05,60,USD,(none)", "a,2025-02-05,-9,USD,(none)", header=HEADER)
    import_text(store, content)

    assert import_text(store, content + "\n").imported == 0


def test_a_reversal_gives_a_decrease_back_to_the_products_that_lost_it(store: Store) -> None:
    import_text(store, csv_text("a,2025-01-05,60,USD,x", "a,2025-01-05,40,USD,", header=HEADER))
    import_text(store, csv_text("a,2025-02-05,-10,USD,", header=HEADER))
    assert balances(store, date(2025, 3, 1)) == {("a", "x"): 54_00, ("a", NO_VALUE): 36_00}

    take_back(store, 2)

    assert balances(store, date(2025, 3, 1)) == {("a", "x"): 60_00, ("a", NO_VALUE): 40_00}
    check_columns(store)


@pytest.mark.parametrize(("stated", "new"), [(54, 0), (50, 2)])
def test_balances_by_product_are_set_against_what_was_spread(
    store: Store, stated: int, new: int
) -> None:
    """60 of x and 40 of no product lose 6 and 4 where 10 are lost without a word."""
    lines = ("a,2025-01-05,60,USD,x", "a,2025-01-05,40,USD,", "a,2025-02-05,-10,USD,")
    import_text(store, csv_text(*lines, header=HEADER))

    levels = {("a", "x", date(2025, 2, 1)): stated, ("a", "", date(2025, 2, 1)): 90 - stated}
    assert import_text(store, of_levels(levels), source="balances").imported >= new

    assert balances(store, date(2025, 3, 1)) == {
        ("a", "x"): stated * 100,
        ("a", NO_VALUE): (90 - stated) * 100,
    }
    check_columns(store)
