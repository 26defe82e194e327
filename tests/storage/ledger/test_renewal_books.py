"""Renewals and known changes of a ledger that lists of contracts have filled, worked by hand."""

from datetime import date

import pytest

from metrics.movements import MovementKind
from metrics.outlook import ENDS, NOTICE, KnownOutlook, OutlookPart
from metrics.rates import MissingRateError
from metrics.renewal_book import RenewalBook
from metrics.renewals import RenewalRate, RenewalSum, added, by_month, by_value
from metrics.rollup import Scope
from metrics.segments import Tiers
from storage.importing.landing import ImportOptions
from storage.importing.reversal import reverse
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.ledger.test_currencies import quote
from tests.storage.stores import NOW, csv_text, import_text

TODAY, DAY = date(2026, 11, 21), date(2026, 11, 22)
YEAR_AGO, IN_90_DAYS = date(2025, 11, 21), date(2027, 2, 20)
HEADER = (
    "contract_id,account_id,start,end,amount,currency,per,status,cancelled_on,amendment_of,segment"
)
CONTRACTS = (
    # ends on 31 December: nobody gave notice, nothing is signed for after it
    "A-1,acme,2025-01-01,2025-12-31,12000,USD,,,,,smb",
    "A-2,acme,2026-01-01,2026-12-31,12000,USD,,,,,smb",
    # notice: 500 a month until the end of January
    "B-1,beta,2026-02-01,2027-01-31,500,USD,month,cancelled,2026-11-01,,smb",
    # 200 a month, 300 from January on
    "G-1,gamma,2026-06-01,2027-05-31,200,USD,month,,,,mid",
    "G-2,gamma,2027-01-01,2027-05-31,300,USD,month,,,G-1,mid",
    # goes on
    "D-1,delta,2025-06-01,,300,USD,month,,,,mid",
    # was not renewed in March
    "E-1,gone,2025-03-01,2026-02-28,400,USD,month,,,,mid",
    # begins in the middle of January
    "N-1,new,2027-01-15,2028-01-14,100,USD,month,,,,mid",
    # nobody has signed it
    "U-1,offered,2027-02-01,2028-01-31,50,USD,month,unsigned,,,smb",
)
MRR_OF_OFFERED = "account_id,date,amount,currency,segment"


def take(store: Store, *rows: str) -> None:
    import_text(store, csv_text(*rows, header=HEADER), source="contracts", today=TODAY)


@pytest.fixture
def held(sqlite_store: Store) -> Store:
    fill(sqlite_store, csv_text("offered,2026-02-01,60,USD,smb", header=MRR_OF_OFFERED))
    take(sqlite_store, *CONTRACTS)
    return sqlite_store


def book(store: Store, scope: Scope = ()) -> RenewalBook:
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        return ledger.renewal_book(DAY, today=TODAY, since=YEAR_AGO).of(scope)


def outlook(store: Store, scope: Scope = ()) -> KnownOutlook:
    with store.read() as session:
        return Ledger(session, tiers=Tiers()).outlook(DAY, IN_90_DAYS, scope)


def test_what_comes_up_in_ninety_days_is_added_up_by_month_and_by_segment(held: Store) -> None:
    # acme's 1,000.00 on 1 January; in February what offered pays: 60.00, not the 50.00 offered
    ahead = book(held).between(DAY, IN_90_DAYS)

    assert by_month(ahead) == {
        date(2027, 1, 1): RenewalSum(1, 100_000),
        date(2027, 2, 1): RenewalSum(1, 6_000),
    }
    assert by_value(ahead, "segment") == {"smb": RenewalSum(2, 106_000)}
    # gamma, in June
    mid = book(held, (("segment", "mid"),)).between(DAY, date(2028, 1, 1))
    assert added(mid) == RenewalSum(1, 20_000)


def test_of_one_day_they_are_by_account_whatever_its_terms_are_like(sqlite_store: Store) -> None:
    take(
        sqlite_store,
        "G-1,gamma,2026-06-01,2027-05-31,200,USD,month,,,,mid",
        "G-2,gamma,2027-01-01,2027-05-31,300,USD,month,,,G-1,mid",  # amended, as zeta is not
        "Z-1,zeta,2026-06-01,2027-05-31,100,USD,month,,,,mid",
    )

    found = book(sqlite_store).between(DAY, date(2028, 1, 1))

    assert [one.minor for one in found] == [200_00, 100_00]


def test_the_renewal_rate_counts_a_renewal_in_which_nothing_changed(held: Store) -> None:
    # acme renewed 1,000.00 as it was; gone did not renew 400.00
    assert book(held).rate() == RenewalRate(
        accounts=2, terms=2, renewed=1, before=140_000, kept=100_000
    )
    assert book(held, (("segment", "smb"),)).rate() == RenewalRate(
        accounts=1, terms=1, renewed=1, before=100_000, kept=100_000
    )


def test_nobody_has_more_up_for_renewal_than_is_paid(held: Store) -> None:
    import_text(
        held, csv_text("acme,2026-11-02,-700,USD", header="account_id,date,amount,currency")
    )

    [acme, _] = book(held).between(DAY, IN_90_DAYS)

    assert acme.minor == 30_000


def test_an_import_that_was_taken_back_tells_of_no_renewal(held: Store) -> None:
    assert book(held).between(DAY, IN_90_DAYS)
    options = ImportOptions(clock=lambda: NOW, today=TODAY, started_at=NOW, tiers=Tiers())
    with held.write() as session:
        reverse(session, 2, options)

    after = book(held)
    assert (after.between(DAY, IN_90_DAYS), after.rate()) == ((), None)


@pytest.mark.parametrize("others", [(), ("jp,2026-01-05,1600,JPY,smb",)], ids=["one", "two"])
def test_what_waits_in_a_currency_that_nobody_pays_in_yet_is_converted(
    sqlite_store: Store, others: tuple[str, ...]
) -> None:
    paid = ("us,2026-01-05,100,USD,smb", *others)
    ahead = ("us,2026-12-10,-20,USD,smb", "us,2026-12-10,16,EUR,", "eu,2026-12-11,70,EUR,smb")
    import_text(sqlite_store, csv_text(*paid, *ahead, header=MRR_OF_OFFERED))
    with pytest.raises(MissingRateError):
        outlook(sqlite_store)
    quote(sqlite_store, "2026-06-30 USD 1.25", "2026-06-30 JPY 160")

    known = outlook(sqlite_store)
    of_smb = outlook(sqlite_store, (("segment", "smb"),))

    # 70 euros are 87.50 USD, and 16 are the 20 that are lost.
    assert (known.arriving.accounts, known.arriving.minor) == (1, 87_50)
    assert of_smb.arriving.accounts == 0
    assert known.retention == of_smb.retention
    assert known.retention.opening == known.retention.closing == 100_00 + 12_50 * len(others)


def test_nrr_if_nothing_else_moves_has_what_is_signed_and_given_notice_of(held: Store) -> None:
    # 60 + 1,000 + 500 + 200 + 300 = 2,060 now; 60 + 0 + 0 + 300 + 300 = 660 then
    known = outlook(held)

    assert (known.retention.opening, known.retention.closing) == (206_000, 66_000)
    assert (known.retention.accounts_opening, known.retention.accounts_retained) == (5, 3)
    assert known.parts == {
        (MovementKind.CHURN, ENDS): OutlookPart(accounts=1, minor=-100_000),
        (MovementKind.CHURN, NOTICE): OutlookPart(accounts=1, minor=-50_000),
        (MovementKind.EXPANSION, "amendment"): OutlookPart(accounts=1, minor=10_000),
    }
    assert known.arriving == OutlookPart(accounts=1, minor=10_000)


def test_with_all_ends_renewed_only_the_notice_is_lost(held: Store) -> None:
    assert outlook(held).if_renewed.closing == 166_000


def test_notice_of_one_contract_is_none_of_another_that_ends_before_it(held: Store) -> None:
    # acme's 1,000.00 end on 31 December, its 100.00 by notice only at the end of June
    take(held, "A-9,acme,2026-07-01,2027-06-30,100,USD,month,cancelled,2026-11-01,,smb")

    known = outlook(held)

    assert known.parts[MovementKind.CONTRACTION, ENDS] == OutlookPart(accounts=1, minor=-100_000)
    assert known.if_renewed.closing == 176_000


def test_a_segment_has_an_outlook_of_its_own(held: Store) -> None:
    mid = outlook(held, (("segment", "mid"),))

    assert (mid.retention.opening, mid.retention.closing) == (50_000, 60_000)
    assert mid.arriving.accounts == 0  # nobody knows yet where it will count


def test_rows_of_movements_that_are_dated_ahead_are_known_too(sqlite_store: Store) -> None:
    rows = ("a,2026-01-01,100,USD,", "a,2026-12-24,-40,USD,price", "b,2026-01-01,100,USD,")
    header = "account_id,date,amount,currency,driver"
    import_text(sqlite_store, csv_text(*rows, header=header), today=TODAY)

    known = outlook(sqlite_store)

    assert known.parts == {
        (MovementKind.CONTRACTION, "price"): OutlookPart(accounts=1, minor=-4_000)
    }
    assert (known.retention.opening, known.retention.closing) == (20_000, 16_000)
