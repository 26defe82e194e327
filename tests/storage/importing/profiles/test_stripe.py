"""Stripe's downloads and API objects.

The columns of ``subscription_item_change_events`` are those of
https://docs.stripe.com/stripe-data/query-billing-data (lower-case currency, minor units, two time
stamps), the downloads those of https://docs.stripe.com/billing/subscriptions/analytics; the header
cells of "MRR per subscriber" and of the dashboard's list are as public scripts read them: Customer
ID, Customer, Customer Email, Currency and months, and the list's names that end with (UTC).
"""

import json

import pytest

from storage.errors import UnreadableFileError
from storage.store.engine import Store
from tests.storage.stores import csv_text, findings, import_text, retention, rows

MOVED = (
    "SELECT account_id, effective_on, amount_minor, currency FROM ledger_movement ORDER BY 2, 1, 3"
)


def test_change_events_are_movements_in_the_minor_unit_of_each_currency(store: Store) -> None:
    header = (
        "local_event_timestamp,currency,mrr_change,event_type,product_id,price_id,customer_id,"
        "subscription_id,subscription_item_id"
    )
    content = csv_text(
        # a swap: one item ends and another starts at the same moment
        "2026-08-10 12:00:00.000,usd,-10000,ACTIVE_END,prod_a,price_1,cus_a,sub_1,si_1",
        "2026-08-10 12:00:00.000,usd,15000,ACTIVE_START,prod_b,price_2,cus_a,sub_1,si_2",
        "2026-06-01 08:00:00.000,usd,10000,ACTIVE_START,prod_a,price_1,cus_a,sub_1,si_1",
        "2026-06-01 08:00:00.000,jpy,4000,ACTIVE_START,prod_a,price_3,cus_b,sub_2,si_3",
        header=header,
    )

    assert import_text(store, content, source=None).imported == 4
    assert rows(store, MOVED) == [
        ("cus_a", "2026-06-01", 10_000, "USD"),
        ("cus_b", "2026-06-01", 4_000, "JPY"),  # has no cents
        ("cus_a", "2026-08-10", -10_000, "USD"),
        ("cus_a", "2026-08-10", 15_000, "USD"),
    ]


def test_a_log_of_the_mrr_changes_of_customers_is_in_whole_units(store: Store) -> None:
    content = csv_text(
        "cus_a,a@x.co,2026-06-01 08:00,usd,New subscriber,0.00,100.00,100.00",
        "cus_a,a@x.co,2026-08-10 08:00,usd,Upgrade,100.00,50.00,150.00",
        "cus_b,b@x.co,2026-06-02 08:00,jpy,New subscriber,0,80,80",
        "cus_b,b@x.co,2026-08-12 08:00,jpy,Churn,80,-80,0",
        header="Customer ID,Customer Email,Date (UTC),Currency,Change Type,Starting MRR,MRR Change,"
        "Ending MRR",
    )

    assert import_text(store, content, source=None).imported == 4
    assert rows(store, MOVED) == [
        ("cus_a", "2026-06-01", 10_000, "USD"),
        ("cus_b", "2026-06-02", 80, "JPY"),
        ("cus_a", "2026-08-10", 5_000, "USD"),
        ("cus_b", "2026-08-12", -80, "JPY"),
    ]
    assert rows(store, "SELECT DISTINCT dimension FROM ledger_attribute") == []


def test_a_log_by_customer_is_not_taken_for_one_of_items_whose_amounts_are_cents(
    store: Store,
) -> None:
    header = "customer_id,event_timestamp,mrr_change,mrr_after,currency"
    content = csv_text("cus_a,2026-06-01 08:00:00,100.00,100.00,usd", header=header)

    with pytest.raises(UnreadableFileError, match="--map date=event_timestamp"):
        import_text(store, content, source=None)


def test_mrr_per_subscriber_is_a_balance_at_the_end_of_each_month(store: Store) -> None:
    content = csv_text(
        "cus_a,Anna Ltd,anna@example.com,usd,100.00,150.00",
        "cus_b,Bert Ltd,bert@example.com,usd,80.00,0.00",
        header="Customer ID,Customer,Customer Email,Currency,2026-07,2026-08",
    )

    import_text(store, content, source=None)

    found = retention(store, "2026-08-01", "2026-09-01")
    # 180 on 1 August, 150 at its end: NRR 150 / 180
    assert (found.opening, found.closing) == (18_000, 15_000)
    assert rows(store, "SELECT DISTINCT dimension FROM ledger_attribute") == []


LIST = (
    "id,Customer ID,Customer Description,Customer Email,Plan,Quantity,Currency,Interval,Amount,"
    "Status,Created (UTC),Start (UTC),Current Period Start (UTC),Current Period End (UTC),"
    "Trial Start (UTC),Trial End (UTC),Canceled At (UTC),Ended At (UTC)"
)


def test_the_dashboards_list_gives_what_subscriptions_are_today(store: Store) -> None:
    at = "09:00"
    content = csv_text(
        # 3 seats at 20 a month
        f"sub_1,cus_a,,a@x.co,gold,3,usd,month,20.00,active,2026-05-01 {at},2026-05-01 {at},"
        f"2026-11-01 {at},2026-12-01 {at},,,,",
        # 1,200 a year, over since 15 August
        f"sub_2,cus_b,,b@x.co,team,1,usd,year,1200.00,canceled,2025-08-15 {at},2025-08-15 {at},"
        f"2025-08-15 {at},2026-08-15 {at},,,2026-07-01 {at},2026-08-15 {at}",
        # never paid
        f"sub_3,cus_c,,c@x.co,gold,1,usd,month,20.00,incomplete_expired,2026-05-02 {at},"
        f"2026-05-02 {at},2026-05-02 {at},2026-06-02 {at},,,,2026-05-03 {at}",
        # in trial until 1 September
        f"sub_4,cus_d,,d@x.co,gold,1,usd,month,20.00,active,2026-08-18 {at},2026-08-18 {at},"
        f"2026-11-01 {at},2026-12-01 {at},2026-08-18 {at},2026-09-01 {at},,",
        # 30 a week: 1,560 a year
        f"sub_5,cus_e,,e@x.co,week,1,usd,week,30.00,active,2026-10-05 {at},2026-10-05 {at},"
        f"2026-11-01 {at},2026-11-08 {at},,,,",
        header=LIST,
    )

    import_text(store, content, source=None)

    assert rows(store, MOVED) == [
        ("cus_b", "2025-08-15", 10_000, "USD"),
        ("cus_a", "2026-05-01", 6_000, "USD"),
        ("cus_b", "2026-08-14", -10_000, "USD"),  # paid for up to this day
        ("cus_d", "2026-09-01", 2_000, "USD"),
        ("cus_e", "2026-10-05", 13_000, "USD"),
    ]
    # August opens with 60 + 100 and closes with 60
    found = retention(store, "2026-08-01", "2026-09-01")
    assert (found.opening, found.closing) == (16_000, 6_000)


def listed(*, status: str = "active", canceled: str = "", more: str = "") -> str:
    days = "2026-05-01 09:00,2026-05-01 09:00,2026-11-01 09:00,2026-12-01 09:00"
    row = f"sub_1,cus_a,,a@x.co,gold,3,usd,month,20.00,{status},{days},,,{canceled},{more}"
    return csv_text(row, header=LIST)


def test_a_subscription_of_the_list_may_be_past_due_or_end_with_what_is_paid(
    sqlite_store: Store,
) -> None:
    import_text(sqlite_store, listed(status="past_due"), source=None)
    report = import_text(
        sqlite_store, listed(canceled="2026-11-02 09:00").replace("sub_1,cus_a", "s,b"), source=None
    )

    assert len(rows(sqlite_store, MOVED)) == 2
    [waiting] = report.waiting.first
    assert (waiting.account_id, f"{waiting.day}", waiting.amount_minor) == (
        *("b", "2026-11-30", -6_000),
    )


def test_a_row_of_too_many_cells_is_told_by_the_columns_of_the_file(sqlite_store: Store) -> None:
    assert findings(sqlite_store, listed(more=","), source=None) == [
        (2, "has 19 cells where the header has 18")
    ]


def subscription(number: int, *, on_items: bool, **said: object) -> dict[str, object]:
    """Build an API object: since 2025 the current period stands on the items."""
    period = {"current_period_start": 1761955200, "current_period_end": 1764547200}
    price = {"id": "price_1", "unit_amount": 2000, "currency": "usd", "recurring": {}}
    price["recurring"] = {"interval": "month", "interval_count": 1, "usage_type": "licensed"}
    item = {"id": "si_1", "object": "subscription_item", "quantity": 3, "price": price}
    usage = {
        "id": "si_2",
        "price": {
            "unit_amount": 5,
            "recurring": {"interval": "month", "interval_count": 1, "usage_type": "metered"},
        },
    }
    return {
        "id": f"sub_{number}",
        "object": "subscription",
        "status": "active",
        "currency": "usd",
        "collection_method": "charge_automatically",
        "customer": f"cus_{number}",
        "created": 1777593600,  # 1 May 2026
        "start_date": 1777593600,
        "canceled_at": None,
        "ended_at": None,
        "trial_end": None,
        **({} if on_items else period),
        "items": {"object": "list", "data": [item | (period if on_items else {}), usage]},
        **said,
    }


MONTHLY = {"interval": "month", "interval_count": 1, "usage_type": "licensed"}
WEEKLY = {
    "data": [
        {
            "quantity": 1,
            "price": {
                "unit_amount": 3000,
                "recurring": {"interval": "week", "interval_count": 1, "usage_type": "licensed"},
            },
        }
    ]
}


def test_both_shapes_of_the_apis_objects_are_the_same_terms(store: Store) -> None:
    answer = {
        "object": "list",
        "has_more": False,
        "data": [
            subscription(1, on_items=False),
            subscription(2, on_items=True),
            subscription(4, on_items=True, start_date=1780272000, items=WEEKLY),
            # 25 % off for good, gone when August began
            subscription(
                3,
                on_items=True,
                status="canceled",
                ended_at=1785542400,
                canceled_at=1785542400,
                discount={"coupon": {"percent_off": 25}},
            ),
        ],
    }

    import_text(store, json.dumps(answer), source=None)

    assert rows(store, MOVED) == [
        ("cus_1", "2026-05-01", 6_000, "USD"),  # three seats; what is metered is no MRR
        ("cus_2", "2026-05-01", 6_000, "USD"),
        ("cus_3", "2026-05-01", 4_500, "USD"),
        ("cus_4", "2026-06-01", 13_000, "USD"),
        ("cus_3", "2026-07-31", -4_500, "USD"),  # July's churn: August was not paid
    ]


@pytest.mark.parametrize(
    ("quantity", "per", "amount"),
    [
        ("1", "month", "1e9"),
        ("1", "week", "lots"),
        ("many", "month", "20"),
        ("1e9", "week", "20"),
        ("1", "month", ""),
    ],
)
def test_a_price_that_cannot_be_worked_out_is_a_finding(
    store: Store, quantity: str, per: str, amount: str
) -> None:
    content = csv_text(
        f"sub_1,cus_a,,a@x.co,gold,{quantity},usd,{per},{amount},active,2026-05-01 09:00,"
        "2026-05-01 09:00,2026-11-01 09:00,2026-12-01 09:00,,,,",
        header=LIST,
    )

    assert {line for line, _ in findings(store, content, source=None)} == {2}


def test_a_coupon_takes_its_amount_off_each_invoice_until_it_ends(store: Store) -> None:
    monthly = {"amount_off": 1500, "percent_off": None, "currency": "usd"}
    said = [
        # 60 a month less 15
        subscription(1, on_items=True, discount={"coupon": monthly}),
        # the same until the end of July
        subscription(2, on_items=True, discount={"coupon": monthly, "end": 1785542400}),
        # 130 a month, paid by the week, less 15 a week: 65 a month
        subscription(3, on_items=True, items=WEEKLY, discounts=[{"coupon": monthly}]),
    ]

    import_text(store, json.dumps(said), source=None)

    assert rows(store, MOVED) == [
        ("cus_1", "2026-05-01", 4_500, "USD"),
        ("cus_2", "2026-05-01", 4_500, "USD"),
        ("cus_3", "2026-05-01", 6_500, "USD"),
        ("cus_2", "2026-08-01", 1_500, "USD"),
    ]


TWO_LENGTHS = {
    "data": [
        *WEEKLY["data"],
        {"quantity": 1, "price": {"unit_amount": 9000, "recurring": MONTHLY}},
    ]
}
NO_NUMBER = "is not a plain number: write it like 1200.50 or -80"


@pytest.mark.parametrize(
    "said",
    [
        {"items": {"data": [{"quantity": 9, "price": {"recurring": MONTHLY}}]}},
        {"items": {"data": WEEKLY["data"], "has_more": True}},
        {"discounts": ["di_1"]},
        {"discounts": [{"coupon": {"percent_off": 10}}, {"coupon": {"percent_off": 20}}]},
        {"items": TWO_LENGTHS, "discount": {"coupon": {"amount_off": 500}}},
    ],
    ids=["tiers", "more items", "an id of a discount", "two discounts", "on two intervals"],
)
def test_what_gives_no_price_is_a_finding_and_never_nothing(
    store: Store, said: dict[str, object]
) -> None:
    content = json.dumps([subscription(1, on_items=True, **said)])

    assert findings(store, content, source=None) == [(1, f"amount {NO_NUMBER}")]
