from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from metrics.errors import ReconciliationError
from metrics.open_bases import OpenBase
from metrics.period_grammar import shift_months
from metrics.segments import Tiers
from storage.ledger.ledger import Ledger
from storage.store.column_types import day_number
from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.histories import File, files, first_days, import_history, sweep
from tests.storage.stores import Template, csv_text, execute, movements, reading

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
ENTERPRISE = (("segment", "ent"),)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
WINDOWS = "DELETE FROM window_sum"
HEADER = "account_id,date,amount,currency,segment,product"
ROWS = (
    "a,2026-01-05,100,USD,ent,crm",
    "b,2026-01-05,50,USD,ent,",
    "c,2026-01-05,30,USD,smb,crm",
    # In June a grows by 20, b leaves, c moves up and stays as it was; d is new, and outside
    "a,2026-06-07,20,USD,,crm",
    "b,2026-06-08,-50,USD,,",
    "c,2026-06-09,5,USD,ent,crm",
    "c,2026-06-19,-5,USD,,crm",
    "d,2026-06-20,70,USD,ent,",
    "d,2026-07-20,-10,USD,,",
)


def base(accounts: int, opening: int, closing: int) -> OpenBase:
    return OpenBase(accounts=accounts, opening=opening * 100, closing=closing * 100)


@pytest.mark.parametrize("lost", [(), (WINDOWS,)], ids=["from windows", "added up"])
@pytest.mark.parametrize("as_of", [None, LATER], ids=["stored", "replayed"])
def test_an_opening_base_is_what_the_same_accounts_pay_at_both_ends(
    store: Store, lost: tuple[str, ...], as_of: datetime | None
) -> None:
    fill(store, csv_text(*ROWS, header=HEADER))
    execute(store, *lost)
    crm = (("product", "crm"),)

    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), as_of=as_of)
        found = ledger.open_bases([JUNE, JULY], [(), ENTERPRISE])
        of_product = ledger.open_bases([JUNE], [crm])
        of_none = ledger.open_bases([JUNE], [])

    assert of_none == {}
    assert found[()] == {JUNE: base(3, 180, 150), JULY: base(3, 220, 210)}
    # By what each is when the month opens: c is no enterprise before June's end
    assert found[ENTERPRISE] == {JUNE: base(2, 150, 120), JULY: base(3, 220, 210)}
    assert of_product == {crm: {JUNE: base(2, 130, 150)}}


@pytest.mark.parametrize("lost", [(), (WINDOWS,)], ids=["from windows", "added up"])
def test_where_nobody_ever_paid_every_scope_opens_with_nothing(
    store: Store, lost: tuple[str, ...]
) -> None:
    fill(store, csv_text("a,2026-05-01,25,USD,ent,", "a,2026-05-01,-25,USD,ent,", header=HEADER))
    execute(store, *lost)

    with reading(store) as ledger:
        found = ledger.open_bases([JUNE], [(), ENTERPRISE])

    assert found == {scope: {JUNE: base(0, 0, 0)} for scope in ((), ENTERPRISE)}


@pytest.mark.parametrize("day", [JUNE, JULY], ids=["opening", "closing"])
def test_bases_that_the_movements_contradict_are_an_error_and_no_number(
    store: Store, day: date
) -> None:
    fill(store, movements("a 2026-01-05 100", "b 2026-06-15 900", "b 2026-08-01 -300"))
    execute(store, f"DELETE FROM month_column WHERE month = {day_number(day)}", WINDOWS)  # noqa: S608

    with reading(store) as ledger, pytest.raises(ReconciliationError):
        ledger.open_bases([JUNE], [()])


@given(imports=files, month=first_days)
@sweep(examples=4)
def test_in_any_month_it_is_the_base_of_the_bridge(
    template: Template, imports: list[File], month: date
) -> None:
    months = [shift_months(month, place) for place in range(10)]
    scopes = [(), (("region", "EMEA"),), (("tenure", "under-90-days"),)]
    with template.fresh() as store:
        if not import_history(store, imports).rows:
            return
        for statements in ((), (WINDOWS,)):
            execute(store, *statements)
            with store.read() as session:
                ledger = Ledger(session, tiers=Tiers())
                found = ledger.open_bases(months, scopes)
                for scope in scopes:
                    for one in months:
                        bridge = ledger.retention(one, shift_months(one, 1), scope)
                        assert found[scope][one] == OpenBase(
                            accounts=bridge.accounts_opening,
                            opening=bridge.opening,
                            closing=bridge.closing,
                        )
