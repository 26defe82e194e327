from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from metrics.activity import UNSTATED
from metrics.rollup import matches
from metrics.segments import Tiers
from storage.ledger.account_changes import AccountChange, AccountChanges
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.histories import (
    File,
    History,
    boundaries,
    files,
    first_days,
    import_history,
    sweep,
)
from tests.storage.stores import Template, csv_text, fresh_store, import_text

LATER = datetime(2100, 1, 1, tzinfo=UTC)
JULY, OCTOBER = date(2026, 7, 1), date(2026, 10, 1)
MOST = 2
SMB = (("segment", "smb"),)


def changes(
    store: Store,
    start: date,
    end: date,
    scope: tuple[tuple[str, str], ...] = (),
    *,
    as_of: datetime | None = None,
    most: int = MOST,
) -> AccountChanges:
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), as_of=as_of)
        return ledger.account_changes(start, end, scope, most=most)


def expected(
    history: History, start: date, end: date, scope: tuple[tuple[str, str], ...]
) -> AccountChanges:
    opening = history.standings(start, Tiers())
    ends = {unit: both for unit, both in history.ends(start, end).items() if both[0]}
    found = [
        AccountChange(
            account_id=unit,
            name=None,
            opening=before,
            closing=after,
            attributes=opening[unit][2],
            is_paused=not after and history.is_paused(unit, start, end),
        )
        for unit, (before, after) in sorted(ends.items())
        if matches(opening[unit][2], scope)
    ]
    ascending = sorted(found, key=lambda account: account.change)
    descending = sorted(found, key=lambda account: -account.change)
    return AccountChanges(
        gains=tuple(account for account in descending if account.change > 0)[:MOST],
        losses=tuple(account for account in ascending if account.change < 0)[:MOST],
    )


def check(template: Template, imports: list[File], start: date, end: date) -> None:
    start, end = min(start, end), max(start, end)
    with fresh_store(template) as store:
        history = import_history(store, imports)
        if not history.rows:
            return
        for scope in ((), SMB, (("region", "(none)"),)):
            for as_of in (None, LATER):
                found = changes(store, start, end, scope, as_of=as_of)
                assert found == expected(history, start, end, scope)


@given(imports=files, start=first_days, end=first_days)
@sweep(examples=6)
def test_between_month_starts_it_is_what_the_rows_say(
    template: Template, imports: list[File], start: date, end: date
) -> None:
    check(template, imports, start, end)


@given(imports=files, start=boundaries, end=boundaries)
@sweep(examples=4)
def test_between_any_two_days_it_is_what_the_rows_say(
    template: Template, imports: list[File], start: date, end: date
) -> None:
    check(template, imports, start, end)


def test_who_came_under_another_account_before_it_paused_has_only_paused(store: Store) -> None:
    paid = ("a,2026-01-05,100,USD,", "b,2026-01-05,50,USD,", "b,2026-09-02,-50,USD,pause")
    under = csv_text("a,,", "b,a,2026-08-01", header="account_id,parent_id,valid_from")
    import_text(store, csv_text(*paid, header="account_id,date,amount,currency,driver"))
    import_text(store, under, source="accounts")

    [loss] = changes(store, JULY, OCTOBER).losses

    assert (loss.account_id, loss.closing, loss.is_paused) == ("b", 0, True)


def test_the_largest_come_first_and_who_left_is_a_loss(store: Store) -> None:
    rows = (
        *("a,2026-01-05,100", "a,2026-08-01,5", "b,2026-01-05,100", "b,2026-08-01,50"),
        *("c,2026-01-05,100", "c,2026-08-01,-30", "d,2026-01-05,40", "d,2026-08-01,-40"),
        *("new,2026-08-01,900", "same,2026-01-05,7", "back,2026-01-05,7", "back,2026-02-05,-7"),
        "back,2026-08-01,70",
    )
    import_text(store, csv_text(*(f"{row},USD" for row in rows)))

    found = changes(store, JULY, OCTOBER, most=5)

    assert [(gain.account_id, gain.change) for gain in found.gains] == [("b", 5_000), ("a", 500)]
    assert [(loss.account_id, loss.change) for loss in found.losses] == [
        *(("d", -4_000), ("c", -3_000))
    ]


def test_equal_changes_come_by_account_so_that_the_cut_is_always_the_same(store: Store) -> None:
    moves = "2026-01-05,10", "2026-02-05,-1", "2026-08-01,10"
    rows = [f"{account},{move},USD" for account in "cab" for move in moves]
    import_text(store, csv_text(*rows))

    assert [gain.account_id for gain in changes(store, JULY, OCTOBER).gains] == ["a", "b"]


def test_names_come_with_the_changes_and_attributes_as_at_the_opening(store: Store) -> None:
    header = "account_id,date,amount,currency,segment"
    rows = ["a,2026-01-05,10,USD,smb", "a,2026-08-01,10,USD,enterprise"]
    import_text(store, csv_text(*rows, header=header))
    import_text(store, csv_text("a,Acme", header="account_id,name"), source="accounts")

    [gain] = changes(store, JULY, OCTOBER, SMB).gains

    assert gain.name == "Acme"
    assert gain.attributes["segment"] == "smb"


def test_before_anybody_paid_nothing_changed(store: Store) -> None:
    import_text(store, csv_text("a,2026-01-05,10,USD"))

    assert changes(store, date(2025, 1, 1), JULY) == AccountChanges()


@pytest.mark.parametrize("as_of", [None, LATER], ids=["columns", "replayed"])
def test_each_of_the_largest_losses_is_split_over_its_drivers_to_the_cent(
    store: Store, as_of: datetime | None
) -> None:
    rows = (
        *("a,2026-01-05,100,", "a,2026-08-01,-60,price", "a,2026-09-01,-20,downgrade"),
        # b loses 40 and gains 10: three quarters of each loss
        *("b,2026-01-05,100,", "b,2026-07-05,-30,usage", "b,2026-08-05,-10,price"),
        "b,2026-09-05,10,seats",
        *("c,2026-01-05,100,", "c,2026-08-01,-1,", "d,2026-01-05,7,", "d,2026-08-01,7,seats"),
    )
    header = "account_id,date,amount,driver,currency"
    fill(store, csv_text(*(f"{row},USD" for row in rows), header=header))

    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), as_of=as_of)
        losses = ledger.explained_losses(JULY, OCTOBER, most=3)
        whole = ledger.account_changes(JULY, OCTOBER, most=3).losses

    assert [(one.account_id, [*one.drivers.items()]) for one in losses] == [
        ("a", [("price", -6_000), ("downgrade", -2_000)]),
        ("b", [("usage", -2_250), ("price", -750)]),
        ("c", [(UNSTATED, -100)]),
    ]
    assert tuple(replace(one, drivers={}) for one in losses) == whole
