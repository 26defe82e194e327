"""Lists of subscriptions of Recurly and Chargebee.

Recurly's columns are those of https://docs.recurly.com/docs/subscriptions-exports (version 6),
Chargebee's those that a public script reads from the export's Subscriptions.csv, and Maxio's the
names that its API's clients have for a subscription's fields.
"""

import json
from datetime import date

import pytest

from storage.store.engine import Store
from tests.storage.stores import csv_text, findings, import_text, retention, rows

MOVED = "SELECT account_id, effective_on, amount_minor FROM ledger_movement ORDER BY 2, 1"
RECURLY = (
    "uuid,account_code,email,plan_code,state,auto_renew,currency,quantity,unit_amount,"
    "add_on_amount,total_recurring_amount,current_period_started_at,current_period_ends_at,"
    "trial_started_at,trial_ends_at,total_billing_cycles,remaining_billing_cycles,activated_at,"
    "modified_at,canceled_at,expires_at,paused_at,plan_name"
)


def test_recurlys_list_is_contracts_per_current_period(store: Store) -> None:
    content = csv_text(
        # 99 and an add-on of 15 a month, for one seat
        "u1,anna,a@x.co,basic,active,TRUE,USD,1,99,15,114,2026-11-01 00:46:59 PST,"
        "2026-12-01 00:46:59 PST,,,1,0,2026-05-01 00:46:59 PDT,,,,,Basic",
        # 1,200 a year, which was cancelled and has expired
        "u2,bert,b@x.co,team,expired,FALSE,USD,1,1200,0,1200,2025-08-15 10:00:00 PDT,"
        "2026-08-15 10:00:00 PDT,,,1,0,2025-08-15 10:00:00 PDT,,2026-07-01 09:00:00 PDT,"
        "2026-08-15 10:00:00 PDT,,Team",
        header=RECURLY,
    )

    import_text(store, content, source=None)

    assert rows(store, MOVED) == [
        ("bert", "2025-08-15", 10_000),
        ("anna", "2026-05-01", 11_400),
        ("bert", "2026-08-14", -10_000),  # on the 15th the next year would have begun
    ]
    found = retention(store, "2026-08-01", "2026-09-01")
    assert (found.opening, found.closing) == (21_400, 11_400)


CHARGEBEE = (
    "subscriptions.id,subscriptions.plan_id,subscriptions.plan_quantity,"
    "subscriptions.plan_unit_price,subscriptions.currency_code,subscriptions.status,"
    "subscriptions.start_date,subscriptions.trial_start,subscriptions.trial_end,"
    "subscriptions.current_term_start,subscriptions.current_term_end,"
    "subscriptions.remaining_billing_cycles,subscriptions.created_at,subscriptions.started_at,"
    "subscriptions.cancelled_at,customers.id,customers.email"
)


def test_chargebees_list_counts_what_a_cancelled_subscription_had_paid(store: Store) -> None:
    content = csv_text(
        "s1,gold,5,20.00,EUR,Active,,,,2026-11-01 10:00,2026-12-01 10:00,,2026-05-01 10:00,"
        "2026-05-01 10:00,,anna,a@x.co",
        "s2,gold,2,40.00,EUR,Cancelled,,,,2026-07-20 10:00,2026-08-20 10:00,,2026-03-20 10:00,"
        "2026-03-20 10:00,2026-08-20 10:00,bert,b@x.co",
        # it ends with its term
        "s3,team,1,300.00,EUR,Non Renewing,,,,2026-10-01 10:00,2027-01-01 10:00,,2026-04-01 10:00,"
        "2026-04-01 10:00,2026-10-15 09:00,carl,c@x.co",
        header=CHARGEBEE,
    )

    import_text(store, content, source=None)

    assert [row for row in rows(store, MOVED) if row[1] < "2026-12"] == [
        ("bert", "2026-03-20", 8_000),
        ("carl", "2026-04-01", 10_000),  # 300 a quarter
        ("anna", "2026-05-01", 10_000),
        ("bert", "2026-08-19", -8_000),
    ]


@pytest.mark.parametrize(
    ("count", "unit", "mrr"), [(1, "month", 30_000), (3, "month", 10_000), (1, "year", 2_500)]
)
def test_chargebee_says_how_many_months_a_price_is_for(
    store: Store, count: int, unit: str, mrr: int
) -> None:
    header = (
        "subscriptions.id,customers.id,subscriptions.plan_unit_price,subscriptions.currency_code,"
        "subscriptions.billing_period,subscriptions.billing_period_unit,subscriptions.status,"
        "subscriptions.started_at,subscriptions.current_term_start,subscriptions.current_term_end,"
        "subscriptions.cancelled_at"
    )
    row = f"s1,anna,300.00,USD,{count},{unit},active,2026-01-05,2026-11-05,2026-12-05,"

    import_text(store, csv_text(row, header=header), source=None)

    assert rows(store, MOVED) == [("anna", "2026-01-05", mrr)]


def maxio(number: int, **said: object) -> dict[str, object]:
    return {
        "id": number,
        "state": "active",
        "product_price_in_cents": 12_000,
        "currency": "USD",
        "activated_at": "2026-05-01T10:00:00-04:00",
        "current_period_started_at": "2026-11-01T10:00:00-04:00",
        "current_period_ends_at": "2026-12-01T10:00:00-05:00",
        "canceled_at": None,
        "cancel_at_end_of_period": False,
        "customer": {"id": number + 100, "reference": f"acme-{number}", "email": "a@x.co"},
        "product": {"handle": "gold", "name": "Gold", "interval": 1, "interval_unit": "month"},
        **said,
    }


def test_maxios_objects_are_contracts_by_the_customers_own_reference(store: Store) -> None:
    gone = {"state": "canceled", "canceled_at": "2026-08-10T09:00:00-04:00"}
    said = [{"subscription": maxio(1)}, {"subscription": maxio(2, **gone)}]

    import_text(store, json.dumps(said), source=None)

    assert rows(store, MOVED) == [
        ("acme-1", "2026-05-01", 12_000),
        ("acme-2", "2026-05-01", 12_000),
        ("acme-2", "2026-08-10", -12_000),
    ]


def test_a_subscription_of_maxio_is_paid_by_its_state(sqlite_store: Store) -> None:
    stands: list[dict[str, object]] = [
        {"state": "trialing", "trial_ended_at": "2026-12-01T10:00:00-05:00"},
        {"state": "past_due"},
        {"cancel_at_end_of_period": True, "canceled_at": "2026-11-03T10:00:00-04:00"},
        {"state": "trial_ended"},
    ]
    said = [{"subscription": maxio(number, **each)} for number, each in enumerate(stands, start=1)]

    report = import_text(sqlite_store, json.dumps(said), source=None)

    assert rows(sqlite_store, MOVED) == [
        ("acme-2", "2026-05-01", 12_000),
        ("acme-3", "2026-05-01", 12_000),
    ]
    assert [(one.account_id, one.day, one.amount_minor) for one in report.waiting.first] == [
        ("acme-3", date(2026, 11, 30), -12_000)  # on 1 December it would have renewed
    ]
    assert report.notes == ("1 row is a trial, 1 is not signed: no committed MRR.",)
    past_due = "SELECT past_due_since FROM contract_term WHERE past_due_since IS NOT NULL"
    assert len(rows(sqlite_store, past_due)) == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"trial_ended_at": "soon"}, "trial_end is not a date: write it like 2026-07-31"),
        (
            {"current_period_ends_at": "2026-11-11T10:00:00-05:00"},
            "per is none of month, quarter, half-year, year, total and once",
        ),
    ],
)
def test_what_maxio_says_of_days_that_cannot_be_read_is_a_finding(
    sqlite_store: Store, said: dict[str, object], sentence: str
) -> None:
    content = json.dumps([{"subscription": maxio(1, **said)}])

    assert findings(sqlite_store, content, source=None) == [(1, sentence)]
