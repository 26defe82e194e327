from datetime import UTC, date, datetime

from hypothesis import given

from metrics.segments import Tiers
from storage.columns.control_totals import (
    differing_control_totals,
    ledger_control_totals,
    read_control_totals,
    rebuild_control_totals,
)
from storage.columns.derived import differences
from storage.store.engine import Store
from tests.storage.histories import File, files, import_history, sweep
from tests.storage.stores import Template, csv_text, execute, import_text, movements


def test_each_month_and_currency_has_the_net_of_its_movements(store: Store) -> None:
    import_text(store, movements("a 2026-01-05 100", "b 2026-01-31 50", "a 2026-03-01 -30"))
    import_text(store, movements("a 2026-01-06 7"))
    header = "account_id,date,amount,currency"
    import_text(store, csv_text("a,2026-01-07,5,EUR", "b,2026-01-08,2,USD", header=header))

    with store.read() as session:
        assert read_control_totals(session) == {
            (date(2026, 1, 1), "USD"): 15_900,
            (date(2026, 1, 1), "EUR"): 500,
            (date(2026, 3, 1), "USD"): -3_000,
        }


def test_a_total_that_the_movements_contradict_is_found_and_mended(store: Store) -> None:
    import_text(store, movements("a 2026-01-05 100"))
    execute(store, "UPDATE control_total SET amount_minor = 1")

    with store.write() as session:
        [found] = differences(session, tiers=Tiers())
        assert found.where == "control_total.amount_minor of 2026-01"
        rebuild_control_totals(session)
        assert differences(session, tiers=Tiers()) == []


def test_totals_of_two_currencies_that_are_wrong_by_as_much_are_found(store: Store) -> None:
    header = "account_id,date,amount,currency"
    import_text(store, csv_text("a,2026-01-05,5,EUR", "b,2026-01-08,2,USD", header=header))
    more = "UPDATE control_total SET amount_minor = amount_minor {} WHERE currency = '{}'"
    execute(store, more.format("+ 1", "EUR"), more.format("- 1", "USD"))

    with store.read() as session:
        assert differing_control_totals(session) == [date(2026, 1, 1)]


def test_an_empty_ledger_has_no_totals(store: Store) -> None:
    with store.write() as session:
        rebuild_control_totals(session)
        assert read_control_totals(session) == {}


@given(imports=files)
@sweep(examples=8)
def test_totals_added_up_import_by_import_are_those_of_the_ledger(
    template: Template, imports: list[File]
) -> None:
    with template.fresh() as store:
        history = import_history(store, imports)
        with store.read() as session:
            stored, true = read_control_totals(session), ledger_control_totals(session)
            assert {month: net for month, net in stored.items() if net} == {
                month: net for month, net in true.items() if net
            }
            assert sum(stored.values()) == sum(row.amount * 100 for row in history.rows)


def test_what_was_recorded_after_a_moment_is_totalled_by_itself(store: Store) -> None:
    rows = (
        "account_id,date,amount,currency,recorded_at\n"
        "a,2026-01-05,100,USD,2026-01-06T00:00:00Z\n"
        "a,2026-01-07,20,USD,2026-02-01T00:00:00Z\n"
        "a,2026-03-01,-30,USD,2026-03-02T00:00:00Z\n"
    )
    import_text(store, rows)

    with store.read() as session:
        later = ledger_control_totals(session, after=datetime(2026, 2, 1, tzinfo=UTC))
        before = ledger_control_totals(session, after=datetime(2026, 1, 31, tzinfo=UTC))

    january, march = (date(2026, 1, 1), "USD"), (date(2026, 3, 1), "USD")
    assert later == {march: -3_000}
    assert before == {january: 2_000, march: -3_000}
