"""Real payment histories against figures that were worked out elsewhere, cell for cell."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

import pytest

from metrics.money import round_half_up, to_major
from metrics.retention import Retention
from metrics.segments import Tiers
from storage.columns.derived import differences
from storage.importing.report import ImportStatus
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.reference.real_data import GCLOUD, SPONSORS, DataSet
from tests.storage.filled import fill
from tests.storage.stores import import_file

LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""As of then everything is known, and every answer is read from the ledger itself."""


DATA_SETS = [pytest.param(SPONSORS, id="sponsors"), pytest.param(GCLOUD, id="gcloud")]


def cells(retention: Retention, currency: str) -> dict[str, Decimal]:
    assert retention.nrr is not None
    assert retention.grr is not None
    amounts = {
        "start_mrr": retention.opening,
        "end_mrr_of_cohort": retention.closing,
        "retained_mrr": retention.opening - retention.contraction - retention.churn,
        "expansion": retention.expansion,
        "contraction": retention.contraction,
        "churned": retention.churn,
    }
    return {
        "accounts_start": Decimal(retention.accounts_opening),
        "accounts_churned": Decimal(retention.accounts_opening - retention.accounts_retained),
        **{name: to_major(amount, currency) for name, amount in amounts.items()},
        "nrr": round_half_up(retention.nrr, 6),
        "grr": round_half_up(retention.grr, 6),
    }


@pytest.mark.parametrize("as_of", [None, LATER], ids=["month-balances", "any-two-dates"])
@pytest.mark.parametrize("data", DATA_SETS)
def test_every_answer_is_the_one_worked_out_elsewhere(
    store: Store, data: DataSet, as_of: datetime | None
) -> None:
    fill(store, data.movements.read_text(encoding="utf-8"))
    found, expected = {}, {}
    with data.expected.open(encoding="utf-8") as file, store.read() as session:
        sums_over = cache(Ledger(session, tiers=Tiers(), as_of=as_of).sums)
        for row in csv.DictReader(file):
            start, end = row["period_start"], row["period_end_exclusive"]
            scope = () if row["dimension"] == "overall" else ((row["dimension"], row["value"]),)
            sums = sums_over(date.fromisoformat(start), date.fromisoformat(end))
            place = (row["period_type"], row["period"], row["dimension"], row["value"])
            found[place] = cells(sums.retention(scope), data.currency)
            expected[place] = {name: Decimal(row[name]) for name in found[place]}

    assert len(expected) > 20
    assert found == expected


@pytest.mark.parametrize("data", DATA_SETS)
def test_it_imports_as_it_is_and_only_once(store: Store, data: DataSet) -> None:
    reports = [import_file(store, data.movements) for _ in range(2)]

    assert [report.imported for report in reports] == [data.movement_count, 0]
    assert reports[1].status is ImportStatus.UNCHANGED
    with store.read() as session:
        assert differences(session, tiers=Tiers()) == []
