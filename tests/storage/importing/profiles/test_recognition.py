from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import UnreadableFileError
from storage.importing.profiles.names import plain_name, without_currency
from storage.importing.profiles.personal import looks_like
from storage.importing.profiles.recognition import Recognised, recognise
from storage.importing.profiles.wishes import ColumnWishes, MappingError, parse_wishes, read_wishes
from storage.importing.spool import Scratch
from storage.importing.tables.opening import open_table
from storage.store.engine import Store
from tests.storage.stores import csv_text, findings, import_text, rows

NOTHING = ColumnWishes()


def recognised(folder: Path, header: str, row: str, wishes: ColumnWishes) -> Recognised:
    path = folder / "export.csv"
    path.write_text(csv_text(row, header=header), encoding="utf-8")
    with Scratch() as scratch:
        return recognise(open_table(path, max_bytes=2**20, scratch=scratch), wishes)


def refusal(folder: Path, header: str, wishes: ColumnWishes = NOTHING) -> str:
    row = ",".join("x" * (header.count(",") + 1))
    with pytest.raises((UnreadableFileError, MappingError)) as error:
        recognised(folder, header, row, wishes)
    return str(error.value)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("account_id,date,amount,currency", "MRR movements"),
        ("account_id,effective_on,amount,currency,kind", "MRR movements"),
        ("Customer ID,Date,MRR change,Currency", "MRR movements"),
        ("customer_id,month,mrr,currency", "MRR by month"),
        ("org,month,revenue_usd", "MRR by month"),
        ("customer,date,mrr_cents,currency", "MRR by month"),
        ("Customer,2026-01,2026-02,Currency", "MRR by month"),
        ("snapshot_date,account,mrr,currency", "MRR by month"),
        ("customer,Jan 2026,Feb 2026,currency", "MRR by month"),
        ("account_id,start,end,amount,per,currency", "Contracts"),
        ("account_id,name,segment", "Accounts"),
        ("date,currency,rate", "Exchange rates"),
        ("Date,USD,JPY,BGN", "Exchange rates"),
        ("account_id,date,metric,value", "Signals"),
    ],
)
def test_the_header_tells_the_kind(tmp_path: Path, header: str, name: str) -> None:
    row = ",".join("1" * (header.count(",") + 1))

    assert recognised(tmp_path, header, row, ColumnWishes()).profile.name == name


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        pytest.param(
            "CUSTOMER_REF,WHEN,MRR_MOVED,PLAN",
            'no kind of file that is known has the header (line 1) "CUSTOMER_REF", "WHEN",'
            ' "MRR_MOVED", "PLAN"; "CUSTOMER_REF" looks like account_id, "WHEN" looks like date,'
            ' "MRR_MOVED" looks like amount: type `nrrbot import movements export.csv'
            " --map account_id=CUSTOMER_REF --map date=WHEN --map amount=MRR_MOVED"
            " --currency EUR`",
            id="columns-that-look-like-ours",
        ),
        pytest.param(
            "Customer ID,Created (UTC),Amount,Currency",
            'no kind of file that is known has the header (line 1) "Customer ID", "Created (UTC)",'
            ' "Amount", "Currency"; "Created (UTC)" looks like date: type `nrrbot import movements'
            " export.csv --map 'date=Created (UTC)'`",
            id="a-payment-is-no-movement",
        ),
        pytest.param(
            "account_id,date,mrr,mrr_change,currency",
            'no kind of file that is known has the header (line 1) "account_id", "date", "mrr",'
            ' "mrr_change", "currency"; type `nrrbot import movements export.csv`',
            id="both-levels-and-changes",
        ),
        pytest.param(
            "foo,bar",
            'no kind of file that is known has the header (line 1) "foo", "bar"; type `nrrbot'
            " import movements export.csv --map account_id=COLUMN --map date=COLUMN"
            " --map amount=COLUMN --currency EUR`",
            id="nothing-looks-like-ours",
        ),
        pytest.param(
            "customer,starts,expires,price",
            'no kind of file that is known has the header (line 1) "customer", "starts",'
            ' "expires", "price"; "starts" looks like start: type `nrrbot import contracts'
            " export.csv --map start=starts --currency EUR`",
            id="a-beginning-and-an-end",
        ),
        pytest.param(
            "customer,period,currency",
            'no kind of file that is known has the header (line 1) "customer", "period",'
            ' "currency"; type `nrrbot import balances export.csv --map mrr=COLUMN`',
            id="a-month",
        ),
        pytest.param(
            "customer,mrr",
            'no kind of file that is known has the header (line 1) "customer", "mrr"; type `nrrbot'
            " import balances export.csv --map month=COLUMN --currency EUR`, or `--map"
            " month=2026-07` if all its rows are of that month",
            id="no-month",
        ),
        pytest.param(
            "month,total mrr,customers",
            'no kind of file that is known has the header (line 1) "month", "total mrr",'
            ' "customers"; type `nrrbot import balances export.csv --map account_id=COLUMN'
            " --currency EUR`, or if these are totals, `nrrbot data --reconcile export.csv`"
            " compares them",
            id="totals",
        ),
        pytest.param(
            "Customers,Jan 2026,Feb 2026",
            'no kind of file that is known has the header (line 1) "Customers", "Jan 2026",'
            ' "Feb 2026"; "Customers" looks like account_id: type `nrrbot import balances'
            " export.csv --map account_id=Customers --currency EUR`",
            id="a-column-for-each-month",
        ),
        pytest.param(
            "Row Labels,Jan 2026,Feb 2026",
            'no kind of file that is known has the header (line 1) "Row Labels", "Jan 2026",'
            ' "Feb 2026"; "Row Labels" looks like account_id: type `nrrbot import balances'
            " export.csv --map 'account_id=Row Labels' --currency EUR`",
            id="a-pivot-table",
        ),
        pytest.param(
            ",Jan 2026,Feb 2026",
            "the header (line 1) has no name for its first column: write account_id there",
            id="a-first-column-without-a-name",
        ),
        pytest.param(
            "account_id,date,amount",
            "the file names no currency: say --currency EUR",
            id="no-currency",
        ),
    ],
)
def test_an_unknown_header_is_told_with_the_line_to_type(
    tmp_path: Path, header: str, sentence: str
) -> None:
    said = refusal(tmp_path, header)

    assert said.replace(str(tmp_path / "export.csv"), "export.csv") == sentence


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ("2026-02-30", '"2026-02-30", which is no month: write it like 2026-07, or leave it out'),
        ("2026-13", "--ignore 2026_13"),
        ("Febuary 2026", '"Febuary 2026", which is no month'),
        ("Q5 2026", '"Q5 2026", which is no month'),
        ("May 2026 (EUR)", '"May 2026 (EUR)", which is no month'),
        ("June", '"June", which is no month'),
        ("Feb 26", 'the header (line 1) has a month twice, "Feb 26" and "2026-02": rename one'),
    ],
)
def test_no_money_is_lost_in_a_column_that_is_named_after_no_month_or_a_second_time(
    tmp_path: Path, column: str, sentence: str
) -> None:
    header, row = f"customer,2026-01,{column},2026-02", 'a,100,"€1,200.50",300'
    left_out = parse_wishes(ignore=[column])

    with pytest.raises(UnreadableFileError) as error:
        recognised(tmp_path, header, row, ColumnWishes(currency="EUR"))
    found = recognised(tmp_path, header, row, replace(left_out, currency="EUR"))

    assert sentence in str(error.value)
    assert found.table.columns == ("account_id", "m_2026_01", "m_2026_02", "currency")


def test_a_day_among_months_is_not_read_alone(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="columns of days and of months: leave one out"):
        recognised(tmp_path, "customer,currency,2026-01,2026-02-28,2026-02", "a,EUR,1,2,3", NOTHING)


@pytest.mark.parametrize("column", ["Renewal 2026", "Seats", "Marketing"])
def test_a_column_that_holds_no_money_or_names_no_time_stays_an_attribute_of_a_wide_file(
    tmp_path: Path, column: str
) -> None:
    value = "5" if column == "Seats" else "yes"

    found = recognised(
        tmp_path, f"customer,2026-01,{column}", f"a,100,{value}", ColumnWishes(currency="EUR")
    )

    assert plain_name(column) in found.table.columns
    assert not found.left_out


@pytest.mark.parametrize("columns", ["1/31/2026,2/28/2026", "31.01.2026,28.02.2026", "Jan,Feb"])
def test_a_header_of_months_in_no_spelling_of_ours_is_told_how_to_write_them(
    tmp_path: Path, columns: str
) -> None:
    with pytest.raises(UnreadableFileError, match=": write months like 2026-07"):
        recognised(tmp_path, f"customer,currency,{columns}", "a,EUR,1,2", NOTHING)


def test_a_currency_that_is_said_is_one(tmp_path: Path) -> None:
    said = refusal(tmp_path, "account_id,date,amount", ColumnWishes(currency="XXQ"))

    assert said == "--currency takes a code such as EUR, not XXQ"


def test_of_a_list_of_accounts_their_ids_are_enough(sqlite_store: Store) -> None:
    content = '"account_id","contact"\n"acme, inc",a@x.co\n'

    import_text(sqlite_store, content, source=None)

    assert rows(sqlite_store, "SELECT account_id FROM account") == [("acme, inc",)]
    assert rows(sqlite_store, "SELECT DISTINCT dimension FROM ledger_attribute") == []


def test_a_map_makes_any_file_one_of_a_known_kind(store: Store) -> None:
    content = csv_text(
        "S-1,2026-06-01,12000,gold,a@x.co,long words",
        "S-1,2026-08-01,-2000,gold,a@x.co,",
        header="Sponsor,Since,Tier in cents,Tier,E-Mail,Notes",
    )
    wishes = parse_wishes(["account_id=Sponsor", "date=Since", "amount=Tier in cents/100"])

    import_text(store, content, source=None, columns=wishes.over(ColumnWishes(currency="eur")))

    assert rows(
        store,
        "SELECT account_id, amount_minor, currency FROM ledger_movement ORDER BY effective_on",
    ) == [
        ("S-1", 12_000, "EUR"),
        ("S-1", -2_000, "EUR"),
    ]
    assert rows(store, "SELECT DISTINCT dimension FROM ledger_attribute") == [("tier",)]


def test_a_currency_may_stand_in_the_map_or_in_the_name(store: Store) -> None:
    told = parse_wishes(["amount=Change in GBP"])
    import_text(
        store,
        csv_text("a,2026-06-01,5", header="account_id,date,Change"),
        source=None,
        columns=told,
    )
    import_text(store, csv_text("b,2026-06-01,5", header="account_id,date,amount_eur"), source=None)

    assert rows(store, "SELECT account_id, currency FROM ledger_movement ORDER BY 1") == [
        ("a", "GBP"),
        ("b", "EUR"),
    ]


@pytest.mark.parametrize(
    ("wishes", "dimensions"),
    [
        (ColumnWishes(), [("owner",), ("region",)]),
        (ColumnWishes(only=frozenset({"region"})), [("region",)]),
        (ColumnWishes(only=frozenset({"account_owner"})), [("owner",)]),
        (ColumnWishes(ignore=frozenset({"account_owner"})), [("region",)]),
    ],
)
def test_the_owner_has_one_name_whatever_a_file_calls_it(
    store: Store, wishes: ColumnWishes, dimensions: list[tuple[str]]
) -> None:
    content = csv_text(
        "a,2026-06-01,5,EUR,tess@example.com,EMEA",
        header="account_id,date,amount,currency,Account Owner,region",
    )
    import_text(store, content, source=None, columns=wishes)

    found = rows(store, "SELECT DISTINCT dimension FROM ledger_attribute ORDER BY 1")
    assert found == dimensions


def test_a_currency_may_stand_beside_the_amount_under_its_name(store: Store) -> None:
    header = "Account ID,Contract Start Date,Contract Value Currency,Contract Value"
    content = f"{header},Contract End Date\na,2026-01-01,EUR,12,2026-12-31\n"
    import_text(store, content, source=None)

    assert rows(store, "SELECT DISTINCT currency FROM ledger_movement") == [("EUR",)]


def test_personal_columns_are_left_out_and_named_unless_they_are_asked_for(
    tmp_path: Path,
) -> None:
    header = "account_id,date,amount,currency,segment,contact,notes,Invoice No,owner"
    row = "a,2026-01-01,5,EUR,smb,ann@example.com,hello,INV-2026-001,maya@example.com"

    found = recognised(tmp_path, header, row, ColumnWishes())
    asked = recognised(tmp_path, header, row, parse_wishes(only=["contact"]))
    fewer = recognised(tmp_path, header, row, parse_wishes(ignore=["segment,owner"]))

    assert found.table.columns[4:] == ("segment", "owner")
    assert [(each.column, each.reason) for each in found.left_out] == [
        ("contact", "looks like e-mail addresses"),
        ("notes", "looks like notes"),
        ("Invoice No", "looks like invoice numbers"),
    ]
    assert asked.table.columns[4:] == ("contact",)
    assert fewer.table.columns == ("account_id", "date", "amount", "currency")


OF_EACH = "has another value in nearly each row"


@pytest.mark.parametrize(
    ("name", "cells", "reason"),
    [
        ("contact", ["a@x.co", "b@x.co", ""], "looks like e-mail addresses"),
        ("segment", ["smb", "a@x.co", "mid"], ""),
        ("reason", ["they said that it was too much for what it did"] * 2, "looks like notes"),
        ("plan_description", ["gold"], "looks like notes"),
        ("ref", ["INV-2026-0001", "RE 20260002"], "looks like invoice numbers"),
        ("owner", ["maya@example.com"], ""),
        ("id", ["1"], "looks like ids of rows"),
        ("plan_id", ["1"], ""),
        # 46 of 51 are 90.2%, 45 of 51 are 88.2%; of 50 cells none says anything.
        ("website", [f"{min(n, 45)}.example" for n in range(51)], OF_EACH),
        ("city", [str(min(n, 44)) for n in range(51)], ""),
        ("website", [f"{n}.example" for n in range(50)] + [""], ""),
        ("owner", [f"{n}@example.com" for n in range(51)], ""),
    ],
)
def test_what_a_column_looks_like(name: str, cells: list[str], reason: str) -> None:
    assert looks_like(name, cells) == reason


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Account ID", "account_id"),
        ("  plan-name ", "plan_name"),
        ("\uff30lan", "plan"),
        ("R\xc9GION", "r\xe9gion"),
        ("Created (UTC)", "created_utc"),
        ("customers.id", "customers_id"),
        ("accountId", "account_id"),
    ],
)
def test_a_header_cell_has_one_plain_name(cell: str, name: str) -> None:
    assert plain_name(cell) == name


def test_a_name_may_end_with_a_currency() -> None:
    assert [without_currency(name) for name in ("mrr_in_eur", "mrr_usd", "eur", "mrr_all_in")] == [
        ("mrr", "EUR"),
        ("mrr", "USD"),
        ("eur", ""),
        ("mrr_all_in", ""),
    ]


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        pytest.param(
            parse_wishes(["amount=MRX"]),
            'amount=MRX: there is no column "MRX", did you mean "mrr"?',
            id="a-slip",
        ),
        pytest.param(
            parse_wishes(["amount=price"]),
            'amount=price: there is no column "price", the file has "who", "mrr"',
            id="no-such-column",
        ),
        pytest.param(
            parse_wishes(["month=2026-13"]),
            'month=2026-13: there is no column "2026-13", the file has "who", "mrr"',
            id="no-such-month",
        ),
        pytest.param(
            parse_wishes(only=["segmnet"]),
            '--only segmnet: there is no such column, the file has "who", "mrr"',
            id="only",
        ),
        pytest.param(
            ColumnWishes(kind="bitcoin"),
            '"bitcoin" is no kind of file: say movements, balances',
            id="no-such-kind",
        ),
    ],
)
def test_a_wish_that_does_not_fit_says_what_is_there(
    tmp_path: Path, wishes: ColumnWishes, sentence: str
) -> None:
    known = ColumnWishes(kind="accounts")
    if wishes.only is not None:
        wishes = wishes.over(parse_wishes(["account_id=who"])).over(known)
    assert refusal(tmp_path, "who,mrr", wishes).startswith(sentence)


def test_a_mapping_can_be_kept_as_toml(tmp_path: Path, store: Store) -> None:
    kept = tmp_path / "export.toml"
    kept.write_text(
        'kind = "movements"\ncurrency = "EUR"\nignore = ["junk"]\n'
        '[columns]\naccount_id = "Who"\ndate = "Day"\namount = "Cents/100"\n'
        'driver = { column = "Why", words = { "more people" = "seats" } }\n'
        'channel = { always = "partner" }\n',
        encoding="utf-8",
    )
    content = csv_text("a,2026-06-01,500,More People,x", header="Who,Day,Cents,Why,Junk")

    import_text(store, content, source=None, columns=read_wishes(kept))

    assert rows(store, "SELECT amount_minor, driver FROM ledger_movement") == [(500, "seats")]
    assert rows(store, "SELECT dimension, value FROM ledger_attribute") == [("channel", "partner")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("columns", "the mapping m.toml is not TOML: "),
        ("[colums]\n", "the mapping m.toml: colums is not known, use columns, currency, ignore"),
        ("columns = 5\n", "the mapping m.toml: write [columns]"),
        ('only = "a"\n', 'the mapping m.toml: only takes a list such as ["segment", "plan"]'),
        ("[columns]\namount = 5\n", 'the mapping m.toml: write amount = "COLUMN"'),
        ("[columns.amount]\ncol = 5\n", "the mapping m.toml: columns.amount.col is not known"),
        (
            "[columns.driver]\nwords = 5\n",
            'the mapping m.toml: words of driver take { theirs = "ours" }',
        ),
    ],
)
def test_a_mapping_that_says_something_else_is_refused(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(MappingError) as error:
        read_wishes(path)

    assert str(error.value).startswith(sentence)


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"the mapping m\.toml cannot be read: check its name"):
        read_wishes(tmp_path / "m.toml")


@pytest.mark.parametrize("text", ["amount", "amount=", "=MRR", "5=MRR"])
def test_a_map_is_written_ours_equals_theirs(text: str) -> None:
    with pytest.raises(MappingError):
        parse_wishes([text])


def test_a_column_that_cannot_be_asked_by_is_left_out(store: Store, tmp_path: Path) -> None:
    long = "a" * 61
    found = recognised(tmp_path, f"account_id,name,,{long}", "a,A,,x", parse_wishes(ignore=[]))

    assert [(each.column, each.reason) for each in found.left_out] == [
        ("column 3", "has no name"),
        (long, "is no name that can be asked by"),
    ]
    content = csv_text("a,2026-06-01,1.000,EUR", header="account_id,date,Cents,currency")
    wishes = parse_wishes(["amount=Cents/minor"])
    assert findings(store, content.replace("1.000", "1 000"), columns=wishes)[0][0] == 2
