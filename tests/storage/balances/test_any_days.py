from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given

from metrics.errors import ReconciliationError
from metrics.period_sums import PeriodSums
from metrics.segments import Tiers
from storage.balances.any_days import AnyDays
from storage.store.engine import Store
from tests.storage.histories import (
    File,
    History,
    boundaries,
    files,
    first_days,
    import_history,
    sweep,
)
from tests.storage.stores import Template, csv_text, fresh_store, import_text, movements

LATER = datetime(2100, 1, 1, tzinfo=UTC)
OTHER_TIERS = Tiers(
    acv_edges=(10_000, 50_000), high_share=Fraction(1, 2), tail_share=Fraction(1, 10)
)
JUNE, SEPTEMBER = date(2026, 6, 15), date(2026, 9, 20)
Parts = dict[tuple[tuple[str, str], ...], Counter[str]]


@contextmanager
def any_days(
    store: Store, *, tiers: Tiers | None = None, as_of: datetime | None = None
) -> Iterator[AnyDays]:
    with store.read() as session:
        yield AnyDays(session, tiers=tiers or Tiers(), currency="USD", as_of=as_of)


def parts(sums: PeriodSums) -> Parts:
    """Return what is not zero of the sums, by attributes."""
    names = [
        "opened",
        "retained",
        "opening",
        "expansion",
        "contraction",
        "churn",
        "new",
        "returning",
        "resumed",
        "outside",
    ]
    found: Parts = {}
    for attributes, cells in sums.parts:
        counter = found.setdefault(tuple(sorted(attributes.items())), Counter())
        counter.update({name: cell for name, cell in zip(names, cells, strict=True) if cell})
    return found


def expected_parts(history: History, start: date, end: date, tiers: Tiers) -> Parts:
    opening, closing = history.standings(start, tiers), history.standings(end, tiers)
    found: Parts = {}
    for root in opening.keys() | closing.keys():
        before = opening[root][0] if root in opening else 0
        after, first_paid_on, _ = closing.get(root, (0, start, {}))
        change = {"opened": 1, "opening": before} if before else {}
        if before and after:
            change |= {"retained": 1}
            change |= {"expansion": max(0, after - before), "contraction": max(0, before - after)}
        elif before and history.is_paused(root, start, end):
            change |= {"retained": 1, "contraction": before}
        elif before:
            change |= {"churn": before}
        elif history.is_resumed(root, start, end):
            change |= {"resumed": after, "outside": 1}
        else:
            change |= {"new" if first_paid_on >= start else "returning": after, "outside": 1}
        key = tuple(sorted((opening if before else closing)[root][2].items()))
        found.setdefault(key, Counter()).update({k: n for k, n in change.items() if n})
    return found


def check(template: Template, imports: list[File], start: date, end: date, tiers: Tiers) -> None:
    start, end = min(start, end), max(start, end)
    with fresh_store(template) as store:
        history = import_history(store, imports)
        opening, closing = history.standings(start, tiers), history.standings(end, tiers)
        members = [
            (root, mrr, closing[root][0] if root in closing else 0)
            for root, (mrr, _, _) in sorted(opening.items())
        ]
        placed = {
            root: (opening.get(root) or closing.get(root) or (0, 0, history.attributes(root, end)))[
                2
            ]
            for root in history.roots()
        }
        for as_of in (None, LATER):
            with any_days(store, tiers=tiers, as_of=as_of) as days:
                sums = days.sums_between(start, end, closing_total=1)
                assert parts(sums) == expected_parts(history, start, end, tiers)
                assert sums.closing_total == 1
                assert days.members(start, end) == members
                assert days.attributes_of(history.roots(), start, end) == placed


@given(imports=files, start=boundaries, end=boundaries)
@sweep(examples=10)
def test_between_any_two_days_it_is_what_the_rows_say(
    template: Template, imports: list[File], start: date, end: date
) -> None:
    check(template, imports, start, end, Tiers())


@given(imports=files, start=first_days, end=boundaries)
@sweep(examples=10)
def test_from_a_month_start_and_with_any_tiers_it_is_what_the_rows_say(
    template: Template, imports: list[File], start: date, end: date
) -> None:
    for tiers in (Tiers(), OTHER_TIERS):
        check(template, imports, start, end, tiers)


def test_members_of_a_scope_come_by_account(store: Store) -> None:
    rows = ["b,2026-01-05,2,USD,smb", "a,2026-01-05,1,USD,smb", "c,2026-01-05,3,USD,mid"]
    import_text(
        store,
        csv_text(*rows, "a,2026-07-01,-1,USD,", header="account_id,date,amount,currency,segment"),
    )

    with any_days(store) as days:
        found = days.members(JUNE, SEPTEMBER, (("segment", "smb"),))

    assert found == [("a", 100, 0), ("b", 200, 200)]


def test_a_loss_known_before_the_gain_it_ate_is_an_error_and_no_number(store: Store) -> None:
    header = "account_id,date,amount,currency,recorded_at"
    rows = ["a,2026-01-05,1,USD,2026-05-01T00:00:00Z", "a,2026-02-05,-1,USD,2026-03-01T00:00:00Z"]
    import_text(store, csv_text(*rows, header=header))

    known = datetime(2026, 4, 1, tzinfo=UTC)
    with any_days(store, as_of=known) as days, pytest.raises(ReconciliationError):
        days.members(JUNE, SEPTEMBER)


def test_before_the_first_movement_nobody_pays(store: Store) -> None:
    import_text(store, movements("a 2026-01-05 1"))

    with any_days(store) as days:
        assert days.members(date(2025, 1, 15), JUNE) == []
