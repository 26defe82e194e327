from datetime import UTC, date, datetime, timedelta

import pytest

from metrics.movements import MovementKind
from metrics.pauses import LapsedPauses
from metrics.retention import OutsideCohort, Retention
from metrics.segments import Tiers
from storage.importing.asking import Overlap
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.stores import csv_text, import_text

HEADER = "account_id,date,amount,currency,driver,segment"
JULY, AUGUST, OCTOBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 10, 1)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
PATHS = pytest.mark.parametrize("as_of", [None, LATER], ids=["kept-windows", "any-days"])


def import_rows(store: Store, *lines: str, header: str = HEADER) -> None:
    """Import an account that stays with 50.00, and lines such as "a,2026-07-05,-100,USD,pause,"."""
    stays = "stays,2026-01-05,50,USD,," if header == HEADER else "stays,2026-01-05,50,USD,,,"
    fill(store, csv_text(stays, *lines, header=header))


def measured(
    store: Store,
    start: date,
    end: date,
    as_of: datetime | None,
    scope: tuple[str, str] | None = None,
) -> tuple[Retention, OutsideCohort]:
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), as_of=as_of)
        sums = ledger.sums(start, end)
        only = (scope,) if scope else ()
        return sums.retention(only), sums.outside_cohort(only)


def losses(found: Retention) -> tuple[int, int, int]:
    """Return accounts kept, contraction and churn in major units."""
    return found.accounts_retained, found.contraction // 100, found.churn // 100


@PATHS
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2026-07-05", (2, 100, 0), id="88-days"),
        pytest.param("2026-07-03", (2, 100, 0), id="90-days"),
        pytest.param("2026-07-02", (1, 0, 100), id="91-days"),
        pytest.param("2026-09-30", (2, 100, 0), id="the-day-before-the-close"),
        pytest.param("2026-10-01", (2, 0, 0), id="on-the-close"),
    ],
)
def test_a_pause_is_contraction_with_its_logo_kept_and_after_ninety_days_churn(
    store: Store, day: str, expected: tuple[int, int, int], as_of: datetime | None
) -> None:
    import_rows(store, "a,2026-01-05,100,USD,,smb", f"a,{day},-100,USD,pause,")

    retention, _ = measured(store, JULY, OCTOBER, as_of)

    assert losses(retention) == expected
    segment, _ = measured(store, JULY, OCTOBER, as_of, ("segment", "smb"))
    assert losses(segment) == (expected[0] - 1, *expected[1:])


@PATHS
@pytest.mark.parametrize(
    ("day", "outside"),
    [
        pytest.param("2026-07-01", OutsideCohort(resumed=7_000), id="on-the-opening"),
        pytest.param("2026-09-10", OutsideCohort(resumed=7_000), id="90-days"),
        pytest.param("2026-09-11", OutsideCohort(returning=7_000), id="91-days"),
    ],
)
def test_who_comes_back_within_ninety_days_has_resumed(
    store: Store, day: str, outside: OutsideCohort, as_of: datetime | None
) -> None:
    rows = "a,2026-01-05,100,USD,,smb", "a,2026-06-12,-100,USD,pause,", f"a,{day},70,USD,,mid"
    import_rows(store, *rows)

    assert measured(store, JULY, OCTOBER, as_of)[1] == outside
    assert measured(store, JULY, OCTOBER, as_of, ("segment", "mid"))[1] == outside
    if day != "2026-07-01":
        assert measured(store, JULY, AUGUST, as_of)[1] == OutsideCohort()


@PATHS
def test_a_group_that_still_pays_has_not_paused(store: Store, as_of: datetime | None) -> None:
    import_rows(
        store, "hq,2026-01-05,10,USD,,", "c,2026-01-05,100,USD,,", "c,2026-08-05,-100,USD,pause,"
    )
    import_text(store, "account_id,parent_id\nc,hq\n", source="accounts")
    assert losses(measured(store, JULY, OCTOBER, as_of)[0]) == (2, 100, 0)

    import_text(store, csv_text("hq,2026-08-06,-10,USD,,", header=HEADER))

    assert losses(measured(store, JULY, OCTOBER, as_of)[0]) == (1, 0, 110)


@PATHS
@pytest.mark.parametrize("start", [JULY, date(2026, 8, 20)], ids=["before", "after"])
def test_a_pause_is_over_when_another_account_makes_the_group_pay(
    store: Store, start: date, as_of: datetime | None
) -> None:
    import_rows(
        store,
        *("hq,2026-01-05,100,USD,,", "hq,2026-08-05,-100,USD,pause,", "hq,2026-08-06,10,USD,,"),
        *("c,2026-01-05,40,USD,,", "hq,2026-09-05,-10,USD,,", "c,2026-09-05,-40,USD,,"),
    )
    import_text(store, "account_id,parent_id,valid_from\nc,hq,2026-08-05\n", source="accounts")

    found, _ = measured(store, start, OCTOBER, as_of)

    assert losses(found) == (1, 0, 140 if start == JULY else 50)


@PATHS
@pytest.mark.parametrize("turned", [False, True], ids=["pause-first", "pause-last"])
def test_a_pause_and_a_loss_of_one_day_are_a_pause_in_any_order(
    store: Store, as_of: datetime | None, *, turned: bool
) -> None:
    day = ["a,2026-08-05,-60,USD,pause,", "a,2026-08-05,-40,USD,price,"]
    import_rows(store, "a,2026-01-05,100,USD,,", *(reversed(day) if turned else day))

    assert losses(measured(store, JULY, OCTOBER, as_of)[0]) == (2, 100, 0)
    with store.read() as session:
        activity = Ledger(session, tiers=Tiers(), as_of=as_of).activity(JULY, OCTOBER)
    assert activity.by_kind == {MovementKind.CONTRACTION: -10_000}
    assert activity.drivers_of(MovementKind.CONTRACTION) == {"pause": -6_000, "price": -4_000}


def test_a_pause_that_is_recorded_later_is_known_from_then_on(store: Store) -> None:
    header = f"{HEADER},recorded_at"
    import_rows(
        store,
        "a,2026-01-05,100,USD,,,2026-01-05T00:00:00Z",
        "a,2026-08-05,-100,USD,pause,,2026-10-20T00:00:00Z",
        header=header,
    )

    early = measured(store, JULY, OCTOBER, datetime(2026, 10, 19, tzinfo=UTC))[0]
    late = measured(store, JULY, OCTOBER, datetime(2026, 10, 21, tzinfo=UTC))[0]

    assert losses(early) == (1, 0, 0)  # the account that stays is recorded with the import
    assert losses(late) == (1, 100, 0)


def test_a_back_dated_pause_changes_windows_that_were_kept(store: Store) -> None:
    import_rows(store, "a,2026-01-05,100,USD,,", "a,2026-09-05,-100,USD,,")
    assert losses(measured(store, JULY, OCTOBER, None)[0]) == (1, 0, 100)

    rows = "a,2026-08-05,-100,USD,pause,", "a,2026-09-05,100,USD,,"
    import_text(store, csv_text(*rows, header=HEADER), overlap=Overlap.HELD)

    assert losses(measured(store, JULY, OCTOBER, None)[0]) == (2, 100, 0)


@PATHS
def test_pauses_that_pass_ninety_days_are_counted_where_their_account_stood(
    store: Store, as_of: datetime | None
) -> None:
    rows = [
        *("a,2026-01-05,100,USD,,smb", "a,2026-04-20,-100,USD,pause,"),
        *("b,2026-01-05,30,USD,,mid", "b,2026-04-20,-30,USD,pause,"),
        *("c,2026-01-05,9,USD,,smb", "c,2026-04-20,-9,USD,pause,", "c,2026-07-31,9,USD,,"),
        *("d,2026-01-05,8,USD,,smb", "d,2026-04-20,-8,USD,,"),
    ]
    import_rows(store, *rows)

    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), as_of=as_of)
        assert ledger.lapsed_pauses(JULY, AUGUST) == LapsedPauses(2, 13_000)
        assert ledger.lapsed_pauses(JULY, AUGUST, (("segment", "smb"),)) == LapsedPauses(1, 10_000)
        assert ledger.lapsed_pauses(AUGUST, AUGUST + timedelta(days=31)) == LapsedPauses()
