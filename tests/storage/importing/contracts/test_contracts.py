from datetime import date

import pytest

from metrics.segments import Tiers
from storage.errors import UnreadableFileError
from storage.importing.landing import ImportOptions
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.reversal import reverse
from storage.store.engine import Store
from tests.storage.stores import NOW, TODAY, csv_text, findings, import_text, retention, rows

HEADER = "contract_id,account_id,start,end,amount,currency"
C1 = "C-1,acme,2025-01-01,2025-12-31,12000,USD"
C2 = "C-2,acme,2026-01-01,2026-09-30,10800,USD"


def contracts(*lines: str, more: str = "") -> str:
    """Return a list of contracts; ``more`` are further columns."""
    return csv_text(*lines, header=f"{HEADER}{more}")


def take(store: Store, *lines: str, more: str = "", today: date = date(2026, 11, 21)) -> int:
    """Import a list of contracts; return how many of its rows were new."""
    report = import_text(store, contracts(*lines, more=more), source="contracts", today=today)
    return report.imported


def moved(store: Store) -> list[tuple[object, ...]]:
    """Return what the ledger's movements come to, by account, product, day and driver."""
    return rows(
        store,
        "SELECT account_id, effective_on, sum(amount_minor) FROM ledger_movement"
        " GROUP BY account_id, effective_on HAVING sum(amount_minor) <> 0"
        " ORDER BY account_id, effective_on",
    )


def test_terms_become_movements(store: Store) -> None:
    assert take(store, C1, C2) == 2

    columns = "account_id, effective_on, kind, driver, amount_minor, source_row"
    assert rows(store, f"SELECT {columns} FROM ledger_movement ORDER BY effective_on") == [  # noqa: S608
        ("acme", "2025-01-01", "new", None, 100_000, 2),
        ("acme", "2026-01-01", "expansion", None, 20_000, 3),
        ("acme", "2026-09-30", "churn", "not_renewed", -120_000, 3),
    ]
    assert retention(store, "2026-01-01", "2026-02-01").nrr == pytest.approx(1.2)


def test_terms_are_kept_as_they_were_signed(store: Store) -> None:
    more = ",per,auto_renew,escalator,seats,discount,discount_end,status,usage,amendment_of,product"
    take(store, f"{C1},year,yes,5.5,10,10%,2025-06-30,live,no,,core", more=more)

    columns = "contract_id, account_id, product, currency, amount_minor, per, start, last, seats"
    columns += ", discount_share, discount_last, escalator, auto_renew, is_usage, status"
    assert rows(store, f"SELECT {columns} FROM ledger_contract_term") == [  # noqa: S608
        (
            *("C-1", "acme", "core", "USD", 1_200_000, "year", "2025-01-01", "2025-12-31", 10),
            *(100_000, "2025-06-30", 55_000, 1, 0, "active"),
        )
    ]


@pytest.mark.parametrize("attribute", ["account", "line", "last"])
def test_an_attribute_may_be_called_like_what_terms_are_kept_by(
    store: Store, attribute: str
) -> None:
    take(store, f"{C1},red", f"{C2.replace('acme', 'beta')},red", more=f",{attribute}")

    told = "SELECT account_id, amount_minor, source_row FROM ledger_movement WHERE amount_minor > 0"
    assert rows(store, f"{told} ORDER BY id") == [("acme", 100_000, 2), ("beta", 120_000, 3)]
    assert rows(store, "SELECT account_id, dimension, value FROM ledger_attribute ORDER BY id") == [
        ("acme", attribute, "red"),
        ("beta", attribute, "red"),
    ]


@pytest.mark.parametrize("place", [0, 2], ids=["first", "last"])
def test_a_row_of_totals_is_refused(store: Store, place: int) -> None:
    lines = [C1, C2.replace("acme", "beta")]
    lines.insert(place, ",Total,2025-01-01,2026-09-30,22800,USD")

    assert findings(store, contracts(*lines), source="contracts") == [
        (place + 2, "account_id is a row of totals: delete it")
    ]


def test_an_account_may_be_called_like_a_row_of_totals(store: Store) -> None:
    assert take(store, C1.replace("acme", "Total"), C2) == 2


def test_the_same_list_again_changes_nothing(store: Store) -> None:
    take(store, C1, C2)
    before = rows(store, "SELECT count(*) FROM ledger_contract_term"), moved(store)

    assert take(store, C2, C1) == 0
    assert (rows(store, "SELECT count(*) FROM ledger_contract_term"), moved(store)) == before


@pytest.mark.parametrize(
    ("changed", "new"),
    [
        pytest.param(C2.replace("10800", "13500"), 1, id="another-amount"),
        pytest.param(C2.replace("C-2", "C-3"), 1, id="another-contract"),
        pytest.param(C2.replace("USD", "EUR"), 1, id="another-currency"),
        pytest.param(C2.replace("2026-01-01", "2026-02-01"), 1, id="another-day"),
        pytest.param(C2, 0, id="nothing"),
    ],
)
def test_of_a_list_that_comes_again_what_has_changed_is_found(
    store: Store, changed: str, new: int
) -> None:
    others = [C1.replace("C-1", f"B-{n}").replace("acme", f"beta-{n}") for n in range(3)]
    take(store, C1, C2, *others)
    count = "SELECT account_id = 'acme', count(*) FROM ledger_movement GROUP BY 1 ORDER BY 1"
    before = rows(store, count)

    assert take(store, C1, changed, *others) == new

    after = rows(store, count)
    assert after[0] == before[0]  # of the others
    assert (after == before) is (new == 0)


def test_a_list_whose_import_was_reversed_comes_again(store: Store) -> None:
    take(store, C1, C2)
    once = moved(store)
    options = ImportOptions(clock=lambda: NOW, today=TODAY, started_at=NOW, tiers=Tiers())
    with store.write() as session:
        reverse(session, 1, options)
    assert moved(store) == []

    assert take(store, C1, C2) == 2
    assert moved(store) == once


def test_a_grown_list_adds_what_is_new(store: Store) -> None:
    """C-1 ended on 31 December as long as nothing followed it: then C-2 joins it."""
    take(store, C1)
    assert moved(store) == [("acme", "2025-01-01", 100_000), ("acme", "2025-12-31", -100_000)]

    assert take(store, C1, C2) == 1

    assert moved(store) == [
        ("acme", "2025-01-01", 100_000),
        ("acme", "2026-01-01", 20_000),
        ("acme", "2026-09-30", -120_000),
    ]


def test_a_corrected_list_corrects_the_past_and_can_be_corrected_back(store: Store) -> None:
    take(store, C1, C2)
    as_before = moved(store)

    assert take(store, C1, C2.replace("10800", "13500")) == 1
    assert moved(store)[1:] == [("acme", "2026-01-01", 50_000), ("acme", "2026-09-30", -150_000)]

    assert take(store, C1, C2) == 1
    assert moved(store) == as_before


def test_a_contract_that_the_list_does_not_name_stays(store: Store) -> None:
    take(store, C1, "C-9,beta,2025-03-01,2026-02-28,1200,USD")

    assert take(store, C2) == 1

    assert ("beta", "2025-03-01", 10_000) in moved(store)


def test_rows_of_a_contract_replace_all_that_were_held_of_it(store: Store) -> None:
    take(store, C1, C2.replace("C-2", "C-1"))

    assert take(store, C1) == 1

    assert moved(store) == [("acme", "2025-01-01", 100_000), ("acme", "2025-12-31", -100_000)]
    assert take(store, C1) == 0


def test_a_contract_may_move_to_another_account(store: Store) -> None:
    take(store, C1, C2)

    assert take(store, C1, C2.replace("acme", "beta")) == 1

    assert moved(store) == [
        ("acme", "2025-01-01", 100_000),
        ("acme", "2025-12-31", -100_000),
        ("beta", "2026-01-01", 120_000),
        ("beta", "2026-09-30", -120_000),
    ]
    assert take(store, C1, C2) == 1
    assert moved(store)[-1] == ("acme", "2026-09-30", -120_000)


def test_a_row_without_an_id_is_known_by_account_product_currency_and_start(store: Store) -> None:
    take(store, C1.replace("C-1", ""))

    assert take(store, C1.replace("C-1", "").replace("12000", "24000")) == 1

    assert moved(store) == [("acme", "2025-01-01", 200_000), ("acme", "2025-12-31", -200_000)]


def test_groups_of_accounts_come_to_the_same(store: Store) -> None:
    lines = [f"C-{n},a{n % 7},2025-0{n % 9 + 1}-01,2026-01-31,{n * 1200},USD" for n in range(40)]
    content = contracts(*lines)

    import_text(store, content, source="contracts", group_bytes=200)
    before = moved(store)

    assert import_text(store, content, source="contracts").imported == 0
    assert import_text(store, content, source="contracts", group_bytes=200).imported == 0
    assert moved(store) == before


def test_other_columns_are_attributes_from_the_start_of_the_term(store: Store) -> None:
    take(store, f"{C1},smb", f"{C2},enterprise", more=",segment")

    assert rows(store, "SELECT value, valid_from FROM ledger_attribute") == [
        ("smb", "2025-01-01"),
        ("enterprise", "2026-01-01"),
    ]


def test_what_counts_as_no_mrr_is_kept_and_told_and_so_are_renewals(store: Store) -> None:
    report = import_text(
        store,
        contracts(
            f"{C1},,",
            f"{C2},,",
            "C-3,acme,2025-01-01,,,USD,,yes",
            "C-4,acme,2025-01-01,,500,USD,once,",
            "C-5,acme,2025-02-01,,-500,USD,once,",
            more=",per,usage",
        ),
        source="contracts",
    )

    assert report.notes == (
        "1 row is usage, 2 are one-off fees: no committed MRR.",
        "1 term was renewed, 0 at the same MRR.",
    )
    assert rows(store, "SELECT count(*) FROM ledger_contract_term") == [(5,)]
    assert sum(int(str(amount)) for *_, amount in moved(store)) == 0


def test_an_account_that_pays_nothing_yet_is_known_all_the_same(store: Store) -> None:
    assert take(store, f"{C1},trial", more=",status") == 1

    assert rows(store, "SELECT account_id FROM ledger_account") == [("acme",)]
    assert moved(store) == []


@pytest.mark.parametrize(
    ("row", "more", "message"),
    [
        (C1.replace("2025-12-31", "2024-12-31"), "", "end is before the start"),
        (
            C1.replace("2025-12-31", ""),
            "",
            "end is empty: fill it, or say in per what the amount is for, such as month",
        ),
        (C1.replace("12000", ""), "", "amount is empty"),
        (
            C1.replace("12000", "-5"),
            "",
            "amount is below zero: write a discount into discount, and once into per for a credit",
        ),
        (
            f"{C1},weekly",
            ",per",
            "per is none of month, quarter, half-year, year, total and once",
        ),
        (
            f"{C1},maybe",
            ",status",
            "status is none of active, trial, paused, past_due, cancelled and unsigned",
        ),
        (f"{C1},perhaps", ",auto_renew", "auto_renew is neither yes nor no"),
        (f"{C1},five", ",escalator", "escalator is not a percentage: write it like 7.5"),
        (
            f"{C1},0.05",
            ",escalator",
            "escalator may mean 5% or 0.05%: write 5, or 0.05% as text",
        ),
        (
            f"{C1},0.125",
            ",discount_percent",
            "discount_percent may mean 12.5% or 0.125%: write 12.5, or 0.125% as text",
        ),
        (
            f"{C1},0.1",
            ",discount",
            "discount may mean a percentage or 0.1 USD: write it as the text 10% or 0.10 USD",
        ),
        (f"{C1},many", ",seats", "seats is not a whole number of seats: write it like 25"),
        (f"{C1},120%", ",discount", "discount is not part of the amount"),
        (f"{C1},12001", ",discount", "discount is not part of the amount"),
        (
            f"{C1},5,10",
            ",discount,discount_percent",
            "discount is there twice: in discount and discount_percent",
        ),
        (
            f"{C1.replace('2025-12-31', '')},month,cancelled",
            ",per,status",
            "status says that it is over: fill end or cancelled_on",
        ),
        (f"{C1},paused", ",status", "paused_on is empty: say since when it is paused"),
        (
            f"{C1},active,2025-03-01",
            ",status,paused_on",
            "resumed_on is empty, but the term is active again: say since when",
        ),
        (
            f"{C1},2025-03-01,2025-02-01",
            ",paused_on,resumed_on",
            "resumed_on is not after paused_on",
        ),
        (
            f"{C1},past due",
            ",status",
            "past_due_since is empty: say since when a payment is due",
        ),
        (f"{C1},C-1", ",amendment_of", "amendment_of is the contract itself"),
        (f"{C1},C-7", ",amendment_of", "amendment_of is no contract of this account"),
    ],
)
def test_a_row_that_leaves_something_open_is_refused(
    store: Store, row: str, more: str, message: str
) -> None:
    assert findings(store, contracts(row, more=more), source="contracts") == [(2, message)]


def test_a_part_of_one_is_read_where_it_says_of_what(store: Store) -> None:
    take(store, f"{C1},0.05%,0.50 USD", more=",escalator,discount")

    shares = "SELECT escalator, discount_minor FROM ledger_contract_term"
    assert rows(store, shares) == [(500, 50)]


def test_two_rows_of_one_contract_that_could_be_one_term_are_refused(store: Store) -> None:
    content = contracts(C1, C1, C1.replace("12000", "24000"))

    assert findings(store, content, source="contracts") == [
        (4, "contract_id is that of line 2, too: give each term an id or a product of its own")
    ]


def test_two_rows_that_say_the_same_without_an_id_are_refused(store: Store) -> None:
    row = C1.replace("C-1", "")

    assert findings(store, contracts(row, row), source="contracts") == [
        (3, "says the same as line 2: leave one out, or give both a contract_id")
    ]


def test_usual_names_of_columns_are_known_and_say_what_the_amount_is_for(store: Store) -> None:
    header = "Customer;Contract start;Contract end;ARR;Currency"
    content = csv_text("acme;2025-01-01;2026-06-30;12000;EUR", header=header)

    import_text(store, content, source="contracts")

    assert moved(store) == [("acme", "2025-01-01", 100_000), ("acme", "2026-06-30", -100_000)]


def test_a_german_list_says_in_its_turnus_what_amounts_are_for(store: Store) -> None:
    content = csv_text(
        "acme;01.03.2026;31.07.2026;1.500,00 €;Monat;EUR",
        "bolt;01.05.2026;30.04.2027;7.200,00 €;Jahr;EUR",
        header="Kunde;Beginn;Ende;Betrag;Turnus;Währung",
    )

    import_text(store, content, source=None)

    assert retention(store, "2026-07-01", "2026-08-01").opening == 150_000 + 60_000


def test_a_column_that_may_say_what_amounts_are_for_is_not_passed_over(store: Store) -> None:
    content = contracts(f"{C1},monthly", f"{C2},annual", more=",how_often")

    with pytest.raises(UnreadableFileError, match="--map per=how_often"):
        import_text(store, content, source="contracts")

    ignored = ColumnWishes(kind="contracts", ignore=frozenset({"how_often"}))
    assert import_text(store, content, source="contracts", columns=ignored).imported == 2


def test_mrr_amount_is_of_a_month(store: Store) -> None:
    content = csv_text(
        "acme,2025-01-01,2025-12-31,100,USD",
        header="account_id,start_date,end_date,mrr_amount,currency",
    )

    import_text(store, content, source=None)

    assert moved(store) == [("acme", "2025-01-01", 10_000), ("acme", "2025-12-31", -10_000)]


def test_movements_stand_in_the_order_of_the_list_whatever_its_accounts_say(store: Store) -> None:
    lines = [
        "C-1,plain,2025-01-01,2025-12-31,1200,USD,",
        "C-2,seats,2025-01-01,2025-12-31,1200,USD,10",
        "C-3,seats,2026-01-01,2026-12-31,2400,USD,20",
        "C-4,later,2025-03-01,2026-02-28,2400,USD,",
        "C-5,plain,2026-01-01,2026-09-30,1800,USD,",
    ]
    take(store, *lines, more=",seats", today=date(2026, 11, 21))

    columns = "account_id, effective_on, driver, amount_minor, source_row"
    assert rows(store, f"SELECT {columns} FROM ledger_movement ORDER BY id") == [  # noqa: S608
        ("plain", "2025-01-01", None, 10_000, 2),
        ("plain", "2026-01-01", None, 10_000, 6),
        ("plain", "2026-09-30", "not_renewed", -20_000, 6),
        ("seats", "2025-01-01", None, 10_000, 3),
        ("seats", "2026-01-01", "seats", 10_000, 4),
        ("later", "2025-03-01", None, 20_000, 5),
        ("later", "2026-02-28", "not_renewed", -20_000, 5),
    ]


def test_terms_of_several_products_without_an_end_or_given_up_keep_to_their_rules(
    store: Store,
) -> None:
    lines = [
        # 100 a month of core for 10 seats, then 144 for 12: 12 seats at the old price are 120
        "C-1,acme,core,2025-01-01,2025-12-31,1200,USD,year,10,no,",
        "C-2,acme,core,2026-01-01,,1728,USD,year,12,,",
        # given up: its end stands, and it is lost on the day on which C-4 begins
        "C-3,acme,extra,2025-01-01,2025-06-30,600,USD,total,,,cancelled",
        "C-4,acme,more,2025-07-01,2025-12-31,300,USD,month,,yes,",
    ]
    content = csv_text(
        *lines,
        header="contract_id,account_id,product,start,end,amount,currency,per,seats,auto_renew,"
        "status",
    )
    report = import_text(store, content, source="contracts", today=date(2026, 11, 21))

    columns = "product, effective_on, driver, amount_minor"
    assert rows(store, f"SELECT {columns} FROM ledger_movement ORDER BY 1, 2") == [  # noqa: S608
        ("core", "2025-01-01", None, 10_000),
        ("core", "2026-01-01", "price", 4_400),
        ("extra", "2025-01-01", None, 10_000),
        ("extra", "2025-07-01", None, -10_000),
        ("more", "2025-07-01", None, 30_000),
    ]
    # C-2 took the place of C-1; C-4 renewed itself on 1 January and 1 July
    assert report.notes == ("3 terms were renewed, 2 at the same MRR.",)


def test_an_attribute_is_said_once_as_long_as_it_stays(store: Store) -> None:
    lines = [
        "C-1,acme,2024-01-01,2024-12-31,1200,USD,north",
        "C-2,acme,2025-01-01,2025-12-31,1200,USD,",
        "C-3,acme,2026-01-01,2026-06-30,1200,USD,north",
        "C-4,acme,2026-07-01,2026-12-31,1200,USD,south",
        "C-5,acme,2027-01-01,2027-12-31,1200,USD,west",
    ]
    take(store, *lines, more=",region", today=date(2026, 11, 21))

    columns = "dimension, value, valid_from"
    assert rows(store, f"SELECT {columns} FROM ledger_attribute ORDER BY valid_from") == [  # noqa: S608
        ("region", "north", "2024-01-01"),
        ("region", "south", "2026-07-01"),
    ]
