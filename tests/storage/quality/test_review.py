"""The review of the data: each figure worked out by hand from the few rows above it."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import text

from metrics.segments import Tiers
from storage.channels.posted_figures import remember
from storage.quality.bridge import differing, read_bridge
from storage.quality.paying import PayingAccounts
from storage.quality.review import DataReview, read_review
from storage.sources.states import SourceReach, note_failure, note_success, note_told
from storage.store.column_types import day_number
from storage.store.engine import Store
from tests.storage.posted import shown_in
from tests.storage.stores import NOW, TODAY, csv_text, import_text

HEADER = "account_id,date,amount,currency,segment,driver"
LIST = "account_id,name,segment,owner"


def review(store: Store, *, today: date = TODAY) -> DataReview:
    with store.read() as session:
        return read_review(session, tiers=Tiers(), dimension="segment", today=today, now=NOW)


def by_segment(store: Store, month: date) -> dict[str, tuple[int, int, int]]:
    return {
        row.segment: (row.opening, row.movements, row.closing)
        for row in review(store).bridge
        if row.month == month
    }


def test_opening_and_movements_come_to_the_closing_of_each_segment(store: Store) -> None:
    import_text(
        store,
        csv_text(
            "acme,2026-07-03,100.00,USD,enterprise,",
            "bolt,2026-07-04,40.00,USD,smb,",
            "acme,2026-08-09,25.00,USD,enterprise,seats",
            "bolt,2026-08-20,-40.00,USD,smb,price",
            "cube,2026-08-21,7.00,USD,smb,",
            header=HEADER,
        ),
    )

    assert by_segment(store, date(2026, 8, 1)) == {
        "enterprise": (100_00, 25_00, 125_00),
        "smb": (40_00, -33_00, 7_00),
    }
    assert differing(review(store).bridge) == []


def test_an_account_counts_where_it_opens_and_a_group_where_its_parent_does(store: Store) -> None:
    import_text(
        store,
        csv_text(
            "acme,2026-07-03,100.00,USD",
            "child,2026-07-04,40.00,USD",
            "child,2026-08-05,-15.00,USD",
        ),
    )
    accounts = ("acme,,smb,", "acme,,enterprise,2026-08-15", "child,acme,smb,")
    import_text(
        store,
        csv_text(*accounts, header="account_id,parent_id,segment,valid_from"),
        source="accounts",
    )

    assert by_segment(store, date(2026, 8, 1)) == {"smb": (140_00, -15_00, 125_00)}
    assert by_segment(store, date(2026, 9, 1)) == {"enterprise": (125_00, 0, 125_00)}


def test_currencies_do_not_make_each_other_good(store: Store) -> None:
    import_text(store, csv_text("acme,2026-07-03,100.00,USD", "bolt,2026-07-03,70.00,EUR"))

    with store.read() as session:
        rows = [row for row in read_bridge(session, "segment") if row.month == date(2026, 7, 1)]

    assert {(row.currency, row.movements, row.closing) for row in rows} == {
        ("USD", 100_00, 100_00),
        ("EUR", 70_00, 70_00),
    }


def test_a_row_that_the_balances_have_not_gone_through_is_found_by_month_and_segment(
    store: Store,
) -> None:
    import_text(
        store,
        csv_text(
            "acme,2026-07-03,100.00,USD,enterprise,",
            "bolt,2026-08-04,40.00,USD,smb,",
            header=HEADER,
        ),
    )
    with store.write() as session:  # as if somebody had written past the import
        session.execute(
            text(
                "INSERT INTO mrr_movement (id, amount_minor, recorded, account, day, import_id,"
                " source_row, source, currency, kind) VALUES (99, 1200, 0, 1, :day, 1, 9, 0, 0, 1)"
            ),
            {"day": day_number(date(2026, 8, 9))},
        )

    [wrong] = differing(review(store).bridge)

    assert (wrong.month, wrong.segment, wrong.difference) == (date(2026, 8, 1), "smb", -12_00)


def test_drivers_are_counted_by_the_money_that_paying_accounts_moved_in_twelve_months(
    store: Store,
) -> None:
    import_text(
        store,
        csv_text(
            "acme,2025-01-03,1000.00,USD,smb,",  # a new account needs no reason
            "acme,2025-02-03,500.00,USD,smb,",  # before the twelve months
            "acme,2026-03-03,60.00,USD,smb,seats",
            "acme,2026-04-03,-30.00,USD,smb,",
            "acme,2026-05-03,10.00,USD,smb,Promo 7",
            header=HEADER,
        ),
        closed_through=date(2026, 11, 1),
    )

    drivers = review(store).drivers

    assert (drivers.total, drivers.without, dict(drivers.unknown)) == (
        100_00,
        30_00,
        {"Promo 7": 10_00},
    )
    assert (drivers.without_share, drivers.unknown_share) == (Fraction(30, 100), Fraction(10, 100))


def test_what_moved_in_several_currencies_is_counted_in_the_workspaces(store: Store) -> None:
    import_text(store, csv_text("2026-01-01,USD,2", header="date,currency,rate"), source="rates")
    import_text(
        store,
        csv_text(
            "acme,2026-01-03,100.00,EUR,smb,",
            "acme,2026-06-03,10.00,EUR,smb,seats",
            "bolt,2026-01-03,50.00,USD,smb,",
            "bolt,2026-07-03,-20.00,USD,smb,",  # 10.00 EUR
            header=HEADER,
        ),
        closed_through=date(2026, 11, 1),
    )

    drivers = review(store).drivers

    assert (drivers.total, drivers.without) == (20_00, 10_00)


def test_paying_accounts_without_segment_owner_or_name_are_counted_with_their_mrr(
    store: Store,
) -> None:
    import_text(
        store,
        csv_text(
            "acme,2026-07-03,100.00,USD",
            "bolt,2026-07-03,30.00,USD",
            "gone,2026-07-03,5.00,USD",
            "gone,2026-08-03,-5.00,USD",
        ),
    )
    import_text(
        store, csv_text("acme,Acme Ltd,smb,", "bolt,,,jo@x.com", header=LIST), source="accounts"
    )

    found = {gap.dimension: (gap.lacking, gap.is_known) for gap in review(store).gaps}

    assert review(store).paying == PayingAccounts(2, 130_00)
    assert found == {
        "segment": (PayingAccounts(1, 30_00), True),
        "owner": (PayingAccounts(1, 100_00), True),
        "name": (PayingAccounts(1, 30_00), True),
    }


def test_accounts_that_look_alike_are_paired_unless_a_parent_joins_them(store: Store) -> None:
    import_text(
        store,
        csv_text(
            "ACME Ltd.,2026-07-03,100.00,USD",
            "acme-ltd,2026-07-03,30.00,USD",
            "c1,2026-07-03,8.00,USD",
            "c2,2026-07-03,9.00,USD",
            "007,2026-07-03,1.00,USD",
            "7,2026-07-03,2.00,USD",
        ),
    )
    import_text(
        store,
        csv_text("c1,Globex,", "c2,GLOBEX,", "7,,007", header="account_id,name,parent_id"),
        source="accounts",
    )

    found = [{pair.one.account_id, pair.other.account_id} for pair in review(store).alike]

    assert found == [{"ACME Ltd.", "acme-ltd"}, {"c1", "c2"}]  # the largest MRR first


def test_ids_in_no_list_come_with_the_one_account_that_is_called_like_them(store: Store) -> None:
    import_text(
        store,
        csv_text(
            "acme.com,2026-07-03,50.00,USD",
            "globbex inc,2026-07-03,9.00,USD",
            "nobody,2026-07-03,3.00,USD",
            "17,2026-07-03,1.00,USD",
            "twins,2026-07-03,2.00,USD",
        ),
    )
    accounts = ('17,"Acme, Inc."', "18,Globex Inc", "19,Twins Ltd", "20,TWINS GmbH")
    import_text(store, csv_text(*accounts, header="account_id,name"), source="accounts")

    found = [
        (one.account.account_id, one.source, one.likely and one.likely.account_id)
        for one in review(store).unmatched or ()
    ]

    assert found == [
        ("acme.com", "movements", "17"),
        ("globbex inc", "movements", "18"),
        ("nobody", "movements", None),
        ("twins", "movements", None),  # two are called so: nobody guesses which
    ]


def test_a_ledger_without_a_list_of_accounts_has_no_ids_outside_of_it(store: Store) -> None:
    import_text(store, csv_text("cus_1,2026-07-03,50.00,USD"))

    assert review(store).unmatched is None


def test_figures_that_were_posted_anew_within_ninety_days_are_restatements(store: Store) -> None:
    import_text(store, csv_text("acme,2026-07-03,50.00,USD"))
    post(store, Fraction(99, 100), at=NOW - timedelta(days=100))
    post(store, Fraction(98, 100), at=NOW - timedelta(days=91))
    post(store, Fraction(97, 100), at=NOW - timedelta(days=9))
    post(store, Fraction(968, 1000), at=NOW - timedelta(days=8))  # 0.2 points are none

    [found] = review(store).restatements

    assert (found.before, found.after, found.start) == (
        Fraction(98, 100),
        Fraction(97, 100),
        date(2026, 8, 1),
    )


def post(store: Store, nrr: Fraction, *, at: datetime) -> None:
    with store.write(ledger=False) as session:
        remember(session, "C1", [shown_in(date(2026, 8, 1), nrr, grr=nrr)], now=at)


def test_a_source_that_fails_comes_first_with_its_sentence(store: Store) -> None:
    import_text(store, csv_text("acme,2026-07-03,50.00,USD"))
    with store.write() as session:
        note_failure(session, "stripe", "The key is not known.", now=NOW)

    first, second = review(store).feeds

    assert (first.name, first.failure, first.failed_since) == (
        "stripe",
        "The key is not known.",
        NOW,
    )
    assert (second.name, second.failure, second.at) == ("movements", None, NOW)


def test_a_source_that_is_well_again_does_not_fail_though_nobody_was_told_yet(store: Store) -> None:
    import_text(store, csv_text("acme,2026-07-03,50.00,USD"))
    with store.write() as session:
        note_failure(session, "stripe", "The key is not known.", now=NOW)
        note_told(session, now=NOW)
        note_success(session, "stripe", SourceReach(cursor="1", covered_through=None), now=NOW)

    found, _ = review(store).feeds

    assert (found.name, found.failure, found.failed_since) == ("stripe", None, None)
