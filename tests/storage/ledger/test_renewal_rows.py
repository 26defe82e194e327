"""Renewals in arrays against those of each account's terms, on companies that chance makes up."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest

from metrics.segments import Tiers
from storage.ledger.contract_terms import read_terms
from storage.ledger.plain_terms import read_plain_terms
from storage.ledger.reading import LedgerReading
from storage.store.engine import Store
from storage.store.memory import LedgerMemory
from tests.slow import IS_SLOW
from tests.storage.filled import fill
from tests.storage.ledger.renewal_rows import RenewalRows
from tests.storage.stores import csv_text, import_text

TODAY, DAY = date(2026, 11, 21), date(2026, 11, 22)
SINCE, FIRST, END = date(2025, 11, 21), date(2020, 1, 1), date(2040, 1, 1)
HEADER = "contract_id,account_id,product,start,end,amount,currency,per,status,seats,segment"
RATES = "date,currency,rate"
SEEDS = range(80 if IS_SLOW else 2)


def contracts(chance: random.Random) -> Iterator[str]:
    """Yield the terms of forty accounts: most plain, some with overlaps, offers or two products."""
    for number in range(40):
        code, segment = chance.choice(("USD", "USD", "EUR")), chance.choice(("smb", "mid"))
        start = date(2024, 1, 1) + timedelta(chance.randrange(900))
        for term in range(chance.randrange(1, 5)):
            last = start + timedelta(chance.choice((364, 364, 180, 729)))
            product = chance.choice(("core",) * 8 + ("plus",))
            status = chance.choice(("active",) * 9 + ("unsigned",))
            per = chance.choice(("month", "year", "total"))
            seats = chance.choice(("", "", "10"))
            yield (
                f"c{number}-{term},a{number},{product},{start},{last},"
                f"{chance.randrange(1, 90_000)}.{chance.randrange(100):02},{code},{per},{status},"
                f"{seats},{segment}"
            )
            start = last + timedelta(chance.choice((1, 1, 1, 1, 40, -20)))


@contextmanager
def reading_of(store: Store) -> Iterator[tuple[LedgerReading, RenewalRows, int]]:
    """Read a ledger; say how many of its accounts are plain."""
    with store.read() as session:
        reading = LedgerReading(
            session, LedgerMemory(), tiers=Tiers(), currency="USD", reporting="USD"
        )
        plain = read_plain_terms(session)
        rows = RenewalRows(
            reading=reading, terms={**read_terms(session)}, day=DAY, today=TODAY, since=SINCE
        )
        yield reading, rows, len({*plain.columns.account.tolist()})


@pytest.mark.parametrize("seed", SEEDS)
def test_arrays_find_what_the_terms_of_each_account_do(store: Store, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - drawn, not secret
    fill(store, csv_text("2020-01-01,USD,1.25", header=RATES), source="rates")
    import_text(
        store,
        csv_text(*contracts(chance), header=HEADER),
        source="contracts",
        today=TODAY,
    )

    with reading_of(store) as (reading, rows, plain):
        book = reading.renewal_book(DAY, today=TODAY, since=SINCE)
        assert 5 <= plain <= 38
        for scope in ((), (("segment", "smb"),), (("segment", "nowhere"),)):
            own = book.of(scope)
            assert [*own.between(FIRST, END)] == rows.coming(scope)
            assert own.rate() == rows.rate(scope)
        late = [one for one in rows.coming(()) if one.day <= TODAY and not one.is_signed]
        assert [*book.unsigned_before(DAY, since=FIRST)] == late
        soon = DAY + timedelta(90)
        ahead = [one for one in rows.coming(()) if DAY <= one.day < soon]
        assert [*book.between(DAY, soon)] == ahead
