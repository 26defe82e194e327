"""What the price rise in the demo's smb leads to is an alert, as its twelve months say."""

import csv
import io
from datetime import date

import pytest

from bot.demo.company import COLUMNS, DemoPlan, movements
from metrics.alerts.rules import FLOOR
from metrics.alerts.statuses import Phase, month_statuses
from metrics.segments import Tiers
from storage.alerts.series import read_series
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.stores import import_text

SMB = (("segment", "smb"),)


@pytest.mark.parametrize("any_template", ["sqlite"], indirect=True)
def test_smb_is_below_its_floor_since_summer_and_the_company_is_not(any_store: Store) -> None:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows(movements(DemoPlan(), today=date(2026, 11, 28)))
    import_text(any_store, text.getvalue(), closed_through=date(2026, 11, 1), max_bytes=2**26)

    with any_store.read() as session:
        found = read_series(Ledger(session, tiers=Tiers()), [FLOOR, FLOOR.over(SMB)])

    smb = month_statuses(FLOOR.over(SMB), found[SMB])
    summer = [status for month, status in smb.items() if month >= date(2026, 6, 1)]
    assert [status.phase for status in summer] == [Phase.FIRING] * 5
    values = [status.verdict.value for status in summer if status.verdict]
    assert [f"{float(value):.3f}" for value in values] == [
        *("0.846", "0.835", "0.817", "0.808", "0.809")
    ]
    company = month_statuses(FLOOR, found[()])
    assert {status.phase for status in company.values()} == {Phase.INACTIVE}
