from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.ledgers import (
    LAST_CLOSE,
    NEW_DAY,
    GeneratedLedger,
    Plan,
    account_name,
    days,
    generate,
    new_day,
    write_csv,
)
from benchmarks.stores import Shelf, opened
from metrics.segments import Tiers
from storage.columns.derived import differences
from storage.ledger.ledger import Ledger


def test_the_same_seed_gives_the_same_ledger(ledger: GeneratedLedger) -> None:
    again, other = generate(ledger.plan), generate(Plan(accounts=200, seed=1))

    assert np.array_equal(again.movements.amount, ledger.movements.amount)
    assert not np.array_equal(other.movements.amount[:50], ledger.movements.amount[:50])


def test_nobody_ever_pays_less_than_nothing(ledger: GeneratedLedger) -> None:
    mrr = np.zeros(ledger.plan.accounts, np.int64)
    kinds = set()

    for account, _, kind, amount, _ in ledger.movements.rows():
        mrr[account] += amount
        kinds.add(kind)
        assert mrr[account] >= 0

    assert kinds == {0, 1, 2, 3, 4}
    assert np.array_equal(mrr, ledger.balances(LAST_CLOSE))


def test_the_store_holds_what_was_generated(ledger: GeneratedLedger, sqlite_shelf: Shelf) -> None:
    close = date(2026, 10, 1)
    expected = {
        account_name(account): int(mrr)
        for account, mrr in enumerate(ledger.balances(close).tolist())
        if mrr
    }

    with opened(sqlite_shelf.kept(ledger)) as store, store.read() as session:
        found = Ledger(session, tiers=Tiers()).cohort(close, close)
        assert differences(session, tiers=Tiers()) == []

    assert {member.account_id: member.opening for member in found} == expected


def test_a_new_day_touches_accounts_that_pay(ledger: GeneratedLedger) -> None:
    arriving = new_day(ledger, 50)

    assert set(arriving.day.tolist()) == {days(NEW_DAY)}
    assert len(set(arriving.account.tolist())) == len(arriving) > 40
    assert (ledger.balances(LAST_CLOSE)[arriving.account] + arriving.amount >= 0).all()


def test_the_file_names_attributes_where_an_account_begins(
    ledger: GeneratedLedger, tmp_path: Path
) -> None:
    write_csv(ledger, ledger.movements, tmp_path / "movements.csv", prefix="m")

    header, *lines = (tmp_path / "movements.csv").read_text(encoding="utf-8").splitlines()

    assert header == "movement_id,account_id,date,amount,currency,driver,segment,industry,region"
    assert len(lines) == len(ledger.movements)
    assert sum(not line.endswith(",,,") for line in lines) == ledger.plan.accounts
