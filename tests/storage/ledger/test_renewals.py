from collections.abc import Mapping
from datetime import date

import pytest

from metrics.segments import Tiers
from storage.importing.landing import ImportOptions
from storage.importing.reversal import reverse
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.stores import NOW, csv_text, import_text

TODAY = date(2026, 11, 21)
HEADER = "contract_id,account_id,start,end,amount,currency"
ACME = "C-1,acme,2026-01-01,2026-12-13,12000,USD"
BETA = "C-2,beta,2026-03-01,2027-02-28,12000,USD"


def take(store: Store, *lines: str, more: str = "") -> None:
    """Import a list of contracts."""
    text = csv_text(*lines, header=f"{HEADER}{more}")
    import_text(store, text, source="contracts", today=TODAY)


def renewals(store: Store, *accounts: str) -> Mapping[str, date]:
    with store.read() as session:
        return Ledger(session, tiers=Tiers()).next_renewals(accounts, today=TODAY)


def test_a_term_in_force_renews_on_the_day_after_its_end(store: Store) -> None:
    take(store, ACME, BETA)

    assert renewals(store, "acme", "beta", "nobody") == {
        "acme": date(2026, 12, 14),
        "beta": date(2027, 3, 1),
    }
    assert renewals(store, "beta") == {"beta": date(2027, 3, 1)}


def test_what_a_newer_list_says_of_a_contract_counts(store: Store) -> None:
    take(store, ACME)
    take(store, ACME.replace("12-13", "12-31"))

    assert renewals(store, "acme") == {"acme": date(2027, 1, 1)}


def test_what_was_taken_back_counts_no_more(store: Store) -> None:
    take(store, ACME)
    take(store, ACME.replace("12-13", "12-31"))
    options = ImportOptions(clock=lambda: NOW, today=TODAY, started_at=NOW, tiers=Tiers())
    with store.write() as session:
        reverse(session, 2, options)

    assert renewals(store, "acme") == {"acme": date(2026, 12, 14)}


def test_a_contract_that_moved_to_another_account_renews_there(store: Store) -> None:
    take(store, ACME, BETA)
    take(store, ACME.replace("acme", "beta"))

    assert renewals(store, "acme", "beta") == {"beta": date(2026, 12, 14)}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("C-1,acme,2026-01-01,,1000,USD,month,,", id="without end"),
        pytest.param("C-1,acme,2026-01-01,2026-12-31,12000,USD,,,2026-11-02", id="notice given"),
        pytest.param("C-1,acme,2025-01-01,2025-12-31,12000,USD,,,", id="over"),
    ],
)
def test_a_term_that_does_not_renew_has_no_day(store: Store, line: str) -> None:
    take(store, line, more=",per,status,cancelled_on")

    assert renewals(store, "acme") == {}


def test_an_unsigned_renewal_counts_where_nothing_is_signed(store: Store) -> None:
    import_text(store, csv_text("acme,2026-01-05,100,USD"))
    take(store, "R-1,acme,2026-12-14,2027-12-13,1200,USD,unsigned", more=",status")

    assert renewals(store, "acme") == {"acme": date(2026, 12, 14)}


def test_a_contract_without_an_id_is_known_by_its_start(sqlite_store: Store) -> None:
    without = ACME.replace("C-1", "")
    take(sqlite_store, without)
    take(sqlite_store, without.replace("12-13", "12-31"))

    assert renewals(sqlite_store, "acme") == {"acme": date(2027, 1, 1)}
