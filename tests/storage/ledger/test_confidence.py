"""How sure a figure is, from a ledger: of the same accounts as the figure, and always the same."""

from datetime import date
from fractions import Fraction

import pytest

from metrics.confidence.confidence import Confidence, NoInterval
from metrics.rollup import Scope
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.stores import csv_text, import_text, reading

Q2 = date(2026, 4, 1), date(2026, 7, 1)
HEADER = "account_id,date,amount,currency,product,segment"
SMB: Scope = (("segment", "smb"),)
CORE, ADDON = ((("product", name),) for name in ("core", "addon"))
FOUR_LEFT = "".join(f"\na{number},2026-05-10,-{100 + number},USD,core," for number in range(4))
BOUGHT = "".join(f"\na{number},2026-05-10,30,USD,addon," for number in range(5, 10))


def company(segment: str = "smb") -> str:
    """Write 24 accounts of 100 to 123 of core; four leave, five buy the addon that a4 had."""
    rows = [f"a{number},2026-01-05,{100 + number},USD,core,{segment}" for number in range(24)]
    had = "\na4,2026-01-06,30,USD,addon,"
    return f"{csv_text(*rows, header=HEADER).rstrip()}{had}{FOUR_LEFT}{BOUGHT}\n"


def confidence(ledger: Ledger, scope: Scope = ()) -> Confidence:
    found = ledger.confidence(*Q2, scope)
    assert found is not None
    return found


def test_it_is_of_the_accounts_of_the_figure(store: Store) -> None:
    fill(store, company() + "z,2026-01-05,9000,USD,core,mid\n")
    with reading(store) as ledger:
        found, terms = confidence(ledger, SMB), ledger.retention(*Q2, SMB)

    # 100 to 123 and 30 come to 2,706; 100 to 103 are gone, and five pay 30 more
    assert terms.nrr == Fraction(2_706 - 406 + 150, 2_706)
    assert found.accounts == terms.accounts_opening == 24
    assert found.single is not None
    assert found.single.top_1 == Fraction(104 + 30, 2_706)
    assert found.single.without_largest == Fraction(2_450 - 134, 2_706 - 134)
    assert found.nrr is not None
    assert found.nrr.holds(terms.nrr)
    assert found.grr is not None
    assert found.grr.holds(terms.grr or Fraction())


def test_of_a_product_the_figure_counts_who_buys_it_meanwhile(store: Store) -> None:
    fill(store, company())
    with reading(store) as ledger:
        core, addon = confidence(ledger, CORE), confidence(ledger, ADDON)
        terms = ledger.retention(*Q2, ADDON)

    assert core.accounts == 24
    # a4 has the addon at the opening, five more buy it: NRR is 600 %
    assert terms.nrr == Fraction(6)
    assert (addon.accounts, addon.doubt) == (1, NoInterval.TOO_FEW)
    assert addon.single is not None
    assert addon.single.top_1 == Fraction(1)
    assert addon.single.without_largest is None


def test_an_interval_stays_until_the_data_changes(store: Store) -> None:
    fill(store, company())
    with reading(store) as ledger:
        first = confidence(ledger)
    with reading(store) as ledger:  # with a memory of its own, as after a new start
        assert confidence(ledger) == first

    import_text(store, csv_text("b,2026-08-01,5,USD,core,smb", header=HEADER))
    with reading(store) as ledger:
        later = confidence(ledger)
    assert later.nrr != first.nrr  # other draws
    assert later.single == first.single


def test_no_two_figures_share_their_draws(store: Store) -> None:
    fill(store, company())
    with reading(store) as ledger:
        assert confidence(ledger).nrr != confidence(ledger, SMB).nrr


def test_nobody_at_the_opening_has_no_confidence(store: Store) -> None:
    fill(store, company())
    with reading(store) as ledger:
        assert ledger.confidence(date(2025, 1, 1), date(2025, 4, 1)) is None


@pytest.mark.parametrize(("most", "names"), [(2, ["a4", "a23"]), (3, ["a4", "a23", "a22"])])
def test_the_largest_accounts_are_listed_from_the_top(
    sqlite_store: Store, most: int, names: list[str]
) -> None:
    fill(sqlite_store, company())
    with reading(sqlite_store) as ledger:
        found = ledger.largest_accounts(*Q2, SMB, most=most)

    assert [one.account_id for one in found] == names
    assert (found[0].opening, found[0].closing) == (134_00, 134_00)
