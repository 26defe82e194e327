"""Single accounts as the ledger has them: where they count, and what they pay in one currency."""

from datetime import date, datetime, timedelta

import pytest

from metrics.rates import MissingRateError
from metrics.rollup import Scope
from metrics.segments import Tiers
from storage.ledger.account_record import AccountFamily, AccountFound, AccountRecord
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.ledger.test_currencies import quote
from tests.storage.stores import NOW, csv_text, import_text, movements

DAY = date(2026, 11, 21)
LISTED = csv_text(
    *("listed,mid,,", "large,ent,,", "child,mid,large,2026-01-01"),
    header="account_id,segment,parent_id,valid_from",
)


def find(store: Store, text: str, *scopes: Scope) -> list[AccountFound]:
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        return ledger.find_accounts(text, day=DAY, scopes=scopes or ((),), most=9)


@pytest.mark.parametrize(
    ("account", "segment"),
    [("listed", "mid"), ("large", "ent"), ("child", "ent"), ("one-day", "smb")],
)
def test_who_never_paid_is_seen_by_whoever_sees_what_is_stated_of_its_topmost_account(
    store: Store, account: str, segment: str
) -> None:
    rows = ("pays,2026-01-05,100,USD,smb", "one-day,2026-02-05,9,USD,smb")
    header = "account_id,date,amount,currency,segment"
    import_text(store, csv_text(*rows, "one-day,2026-02-05,-9,USD,", header=header))
    import_text(store, LISTED, source="accounts")

    [found] = find(store, account)
    by_segment = {
        value for value in ("smb", "mid", "ent") if find(store, account, (("segment", value),))
    }

    assert (found.attributes, found.mrr) == ({"segment": segment}, 0)
    assert by_segment == {segment}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("istanbul", ["İstanbul A.Ş.", "İstanbul Su"]),
        ("İSTANBUL a.s.", ["İstanbul A.Ş."]),
        ("ÜBER", ["Über-Straße"]),
        ("uber strasse", ["Über-Straße"]),
        ("οδοσ", ["Οδός"]),
        ("muller", ["muller"]),
        ("Müller", ["Müller"]),
        ("MÜLLER", ["muller", "Müller"]),
        ("acme ltd", ["Acme_Ltd"]),
        ("a_m", []),
        ("50%", ["50% \\ off"]),
        ("5%", []),
        ("---", []),
        ("\N{SLIGHTLY SMILING FACE}", []),
    ],
)
def test_a_name_is_found_as_it_is_typed_first_and_then_whatever_its_case_and_accents(
    store: Store, text: str, named: list[str]
) -> None:
    names = (
        *("İstanbul A.Ş.", "İstanbul Su", "Über-Straße", "Οδός", "muller", "Müller", "Acme_Ltd"),
        "50% \\ off",
    )
    import_text(store, movements("old 2026-01-05 1"))
    rows = (f"a{number},{name}" for number, name in enumerate(names))
    import_text(store, csv_text(*rows, header="account_id,name"), source="accounts")

    assert [one.name for one in find(store, text)] == named


def test_what_an_account_pays_is_in_one_currency_at_the_rates_of_the_day(store: Store) -> None:
    rows = (
        *("both,2026-09-05,100,USD", "both,2026-10-05,40,EUR", "under,2026-10-06,8,EUR"),
        "both,2026-11-05,-20,EUR",
    )
    import_text(store, csv_text(*rows, header="account_id,date,amount,currency"))
    under = csv_text("under,both,2026-01-01", header="account_id,parent_id,valid_from")
    import_text(store, under, source="accounts")
    quote(store, "2026-01-01 USD 1.10", "2026-11-01 USD 1.25")

    [found] = find(store, "both")
    with store.read() as session:
        record = Ledger(session, tiers=Tiers()).account_record(found, day=DAY)

    # 100 USD; with 48 euros of 1.25 USD, 160; with 28, 135.
    assert (found.mrr, find(store, "under")[0].mrr) == (135_00, 10_00)
    assert [(f"{day:%m-%d}", minor) for day, minor in record.course[-4:]] == [
        ("09-01", 0),
        ("10-01", 100_00),
        ("11-01", 160_00),
        ("11-21", 135_00),
    ]


def test_an_account_needs_the_rates_of_its_own_currencies_alone(store: Store) -> None:
    rows = "here,2026-09-05,100,USD", "there,2026-09-05,900,SEK", "under,2026-09-05,7,NOK"
    import_text(store, csv_text(*rows, header="account_id,date,amount,currency"))
    under = csv_text("under,there,2026-01-01", header="account_id,parent_id,valid_from")
    import_text(store, under, source="accounts")

    assert [one.mrr for one in find(store, "here")] == [100_00]
    with pytest.raises(MissingRateError, match="no exchange rates for NOK and SEK on 21 Nov 2026"):
        find(store, "there")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("acme lab north 01", ["Acme Labs North 01"]),
        ("Acme Labs Nroth 01", ["Acme Labs North 01"]),
        ("acme-labs noth 1", ["Acme Labs North 01"]),
        ("acme labs nort 03", []),  # a figure is another account's
        ("novatk", ["Novatek GmbH"]),
        ("societe generals", ["Société Générale"]),
        ("nwo_100%", ["new_100%"]),
        ("zzzz", []),
        ("ac", []),
        ("", []),
    ],
)
def test_a_name_with_a_slip_of_the_keyboard_is_nearly_that_of_an_account(
    store: Store, text: str, named: list[str]
) -> None:
    names = "Acme Labs North 01", "Acme Labs South 02", "Novatek GmbH", "Société Générale"
    import_text(store, movements("new_100% 2026-01-05 1"))
    rows = (f"a{number},{name}" for number, name in enumerate(names))
    import_text(store, csv_text(*rows, header="account_id,name"), source="accounts")

    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        found = ledger.accounts_nearly(text, day=DAY, scopes=((),), most=9)

    assert [one.name or one.account_id for one in found] == named


def test_of_many_accounts_that_begin_with_a_text_the_largest_come_first(store: Store) -> None:
    import_text(
        store, movements("x-a 2026-01-05 90", *(f"a{n} 2026-01-05 {n}" for n in range(1, 31)))
    )

    assert [one.account_id for one in find(store, "A")] == [f"a{n}" for n in range(30, 21, -1)]
    assert [one.account_id for one in find(store, "x  a")] == ["x-a"]


def record(store: Store, account: str, *, as_of: datetime | None = None) -> AccountRecord:
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), as_of=as_of)
        [found] = ledger.find_accounts(account, day=DAY, scopes=((),), most=9)
        return ledger.account_record(found, day=DAY)


def test_the_record_of_an_account_beneath_another_names_that_one(sqlite_store: Store) -> None:
    fill(sqlite_store, movements("large 2026-01-05 100", "child 2026-02-05 20"))
    under = csv_text(
        "large,Large Ltd,,",
        "child,,large,2026-03-01",
        header="account_id,name,parent_id,valid_from",
    )
    import_text(sqlite_store, under, source="accounts")

    assert record(sqlite_store, "child").family == AccountFamily("Large Ltd", beneath=0)
    assert record(sqlite_store, "large").family == AccountFamily(None, beneath=1)


def test_the_record_of_a_past_moment_has_what_was_recorded_by_then(sqlite_store: Store) -> None:
    header = "account_id,day,metric,value"
    fill(sqlite_store, movements("acme 2026-01-05 100", "acme 2026-12-05 40"))
    early = csv_text("acme,2026-11-01,logins,7", header=header)
    import_text(sqlite_store, early, source="signals")
    later = NOW + timedelta(days=1)
    import_text(sqlite_store, movements("acme 2026-03-05 20"), now=later)
    late = csv_text("acme,2026-11-02,logins,9", header=header)
    import_text(sqlite_store, late, source="signals", now=later)

    now, then = record(sqlite_store, "acme"), record(sqlite_store, "acme", as_of=NOW)

    assert [one.amount_minor for one in now.movements] == [20_00, 100_00]
    assert [one.amount_minor for one in then.movements] == [100_00]
    assert [[one.value for one in each.signals] for each in (now, then)] == [[9], [7]]
    assert [one.amount_minor for one in now.waiting] == [40_00]
    assert then.waiting == ()
