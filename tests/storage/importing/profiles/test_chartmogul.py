"""ChartMogul's MRR movements, with the columns of its calculated dataset.

They are those of https://dev.chartmogul.com/docs/destinations/calculated-data/mrr-movements.
"""

import pytest

from storage.importing.profiles.wishes import ColumnWishes
from storage.store.engine import Store
from tests.storage.stores import findings, import_text, retention, rows

HEADER = (
    "DATE,CUSTOMER_NAME,MRR_MOVEMENT,MRR,DESCRIPTION,MOVEMENT_TYPE,CURRENCY_CODE,"
    "BILLING_CONNECTOR_UUID,CUSTOMER_EXTERNAL_ID,CUSTOMER_UUID,SUBSCRIPTION_EXTERNAL_ID,"
    "PLAN_EXTERNAL_ID,ACTIVE_SUBSCRIPTION_QUANTITY,UUID,RANK,PREVIOUS_PLAN_EXTERNAL_ID"
)


def row(number: int, said: str, *, code: str = "USD") -> str:
    moment, customer, cents, kind = said.split(" | ")
    return (
        f"{moment},{customer.title()} Ltd,{cents},0,purchased the plan,{kind},{code},ds_1,"
        f"{customer},cus_{customer},sub_{customer},gold,1,mov-{number},{number},"
    )


MOVEMENTS = "\n".join(
    [
        HEADER,
        # newest first, as exports often are; two changes of one customer at one moment
        row(5, "2026-08-20 09:00:00 UTC | bert | -8000 | churn"),
        row(4, "2026-08-03T10:30:00.000Z | anna | 2500 | expansion"),
        row(3, "2026-08-03T10:30:00.000Z | anna | -500 | contraction"),
        row(2, "2026-06-02 | bert | 8000 | new_biz"),
        row(1, "2026-06-01 | anna | 10000 | new_biz"),
        "",
    ]
)


def test_the_dataset_lands_in_cents_with_its_own_ids(store: Store) -> None:
    report = import_text(store, MOVEMENTS, source=None)

    assert report.imported == 5
    # opening 100 + 80, closing 120 + 0: NRR 120 / 180
    found = retention(store, "2026-08-01", "2026-09-01")
    assert (found.opening, found.closing, found.churn) == (18_000, 12_000, 8_000)
    assert import_text(store, MOVEMENTS, source=None).imported == 0
    assert rows(store, "SELECT DISTINCT movement_id FROM ledger_movement ORDER BY 1")[0] == (
        "mov-1",
    )


def test_invoices_in_two_currencies_do_not_say_what_amounts_are_in(store: Store) -> None:
    euros = MOVEMENTS + row(6, "2026-09-01 | carl | 5000 | new_biz", code="EUR") + "\n"

    said = (
        "CURRENCY_CODE is another currency of invoices, and amounts are in that of your ChartMogul"
        " account: name it with --currency"
    )
    assert findings(store, euros, source=None) == [(7, said)]
    report = import_text(store, euros, source=None, columns=ColumnWishes(currency="USD"))
    assert report.imported == 6


@pytest.mark.parametrize("cents", ["100,00", "1e4"])
def test_cents_that_are_no_plain_number_are_refused(store: Store, cents: str) -> None:
    content = "\n".join([HEADER, row(1, "2026-06-01 | anna | 1 | new_biz"), ""])
    quoted = content.replace("Ltd,1,0", f'Ltd,"{cents}",0')

    assert findings(store, quoted, source=None) == [
        (2, "MRR_MOVEMENT is not a plain number, and is to be divided: write it like 120050")
    ]
