from datetime import date

import pytest

from metrics.rates import MissingRateError
from metrics.segments import Tiers
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.stores import Given, csv_text, import_text, movements

DOLLARS = movements("acme 2026-01-15 100")
POUNDS = csv_text("beta,2026-03-20,50,GBP", "acme,2026-04-02,5,USD", "beta,2026-02-10,50,GBP")
NEEDS = "Answers in USD need exchange rates for {}: import them with `nrrbot import rates FILE`."
RATES = "date,currency,rate\n{0},USD,1.25\n{0},GBP,0.8\n"


def needed(store: Store, content: str, *, dry_run: bool = False, currency: str = "") -> list[str]:
    given: Given = {"dry_run": dry_run, "tiers": Tiers(currency=currency or None)}
    return [note for note in import_text(store, content, **given).notes if "rates" in note]


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_second_currency_is_told_the_rates_that_answers_need_from_its_month_on(
    sqlite_store: Store, *, dry_run: bool
) -> None:
    import_text(sqlite_store, DOLLARS)

    assert needed(sqlite_store, POUNDS, dry_run=dry_run) == [NEEDS.format("GBP by 1 Feb 2026")]


def test_those_are_the_rates_that_an_answer_asks_for(sqlite_store: Store) -> None:
    import_text(sqlite_store, DOLLARS)
    import_text(sqlite_store, RATES.format("2026-02-02"), source="rates")

    both = "GBP by 1 Feb 2026, USD by 1 Feb 2026"  # of which neither is the base
    assert needed(sqlite_store, POUNDS) == [NEEDS.format(both)]
    with sqlite_store.read() as session, pytest.raises(MissingRateError) as missing:
        Ledger(session, tiers=Tiers()).retention(date(2026, 2, 1), date(2026, 3, 1))
    assert (missing.value.currencies, missing.value.day) == (
        frozenset({"GBP", "USD"}),
        date(2026, 2, 1),
    )


def test_an_answer_names_all_that_lack_a_rate_at_either_end(sqlite_store: Store) -> None:
    rows = "beta,2026-01-10,50,GBP", "gamma,2026-01-10,50,SEK", "delta,2026-02-10,50,NOK"
    import_text(sqlite_store, DOLLARS)
    import_text(sqlite_store, csv_text(*rows))

    with sqlite_store.read() as session, pytest.raises(MissingRateError) as missing:
        Ledger(session, tiers=Tiers()).retention(date(2026, 2, 1), date(2026, 3, 1))

    assert str(missing.value).startswith(
        "there are no exchange rates for GBP, NOK and SEK on 1 Feb 2026 or before: import them"
    )


def test_usage_in_another_currency_needs_rates_too(sqlite_store: Store) -> None:
    import_text(sqlite_store, DOLLARS)
    usage = csv_text("acme,2026-03-05,7,GBP,yes", header="account_id,date,amount,currency,usage")

    assert needed(sqlite_store, usage, dry_run=True) == [NEEDS.format("GBP by 1 Mar 2026")]
    assert needed(sqlite_store, usage) == [NEEDS.format("GBP by 1 Mar 2026")]


def test_a_currency_that_lacks_one_beside_others_is_named(sqlite_store: Store) -> None:
    import_text(sqlite_store, DOLLARS)
    import_text(sqlite_store, "date,currency,rate\n2026-01-01,USD,1.25\n", source="rates")
    import_text(sqlite_store, "date,currency,rate\n2026-03-01,GBP,0.8\n", source="rates")

    assert needed(sqlite_store, POUNDS) == [NEEDS.format("GBP by 1 Feb 2026")]


def test_nothing_is_said_where_the_rates_are_there(sqlite_store: Store) -> None:
    import_text(sqlite_store, DOLLARS)
    import_text(sqlite_store, RATES.format("2026-02-01"), source="rates")

    assert needed(sqlite_store, POUNDS) == []


def test_nothing_is_said_of_one_currency_unless_answers_are_in_another(
    sqlite_store: Store,
) -> None:
    assert needed(sqlite_store, DOLLARS) == []
    assert needed(sqlite_store, movements("acme 2026-05-15 1"), currency="USD") == []
    assert needed(sqlite_store, movements("acme 2026-06-15 1"), currency="GBP") == [
        NEEDS.format("USD by 1 Jun 2026").replace("USD", "GBP", 1)
    ]


def test_nothing_is_said_of_rows_that_are_held(sqlite_store: Store) -> None:
    import_text(sqlite_store, DOLLARS)
    import_text(sqlite_store, POUNDS)

    assert needed(sqlite_store, POUNDS + "\n") == []


def test_a_first_file_of_two_currencies_is_told_too(sqlite_store: Store) -> None:
    both = csv_text("acme,2026-01-15,100,USD", "beta,2026-02-10,50,GBP")

    told = [NEEDS.format("GBP by 1 Feb 2026")]
    assert needed(sqlite_store, both, dry_run=True) == told
    assert needed(sqlite_store, both) == told
