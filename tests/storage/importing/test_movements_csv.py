from datetime import date

import pytest

from storage.store.engine import Store
from tests.storage.stores import (
    HEADER,
    contents,
    csv_text,
    findings,
    import_text,
    movements,
    refusal,
    rows,
)

ALL_COLUMNS = f"{HEADER},movement_id,type,mrr_after,driver,recorded_at"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param(",2026-01-05,1,USD", "account_id is empty", id="no-account"),
        pytest.param(
            '"ac\nme",2026-01-05,1,USD',
            "account_id holds a line break or another control character",
            id="line-break-in-the-account",
        ),
        pytest.param("acme,,1,USD", "date is empty", id="no-date"),
        pytest.param(
            "acme,05/01/2026,1,USD",
            "date may mean 2026-01-05 or 2026-05-01: write it so",
            id="another-order-of-dates",
        ),
        pytest.param(
            "acme,2026-02-30,1,USD", "date does not exist in the calendar", id="no-such-date"
        ),
        pytest.param("acme,2200-01-01,1,USD", "date is after 2199", id="future"),
        pytest.param("acme,2026-01-05,,USD", "amount is empty", id="no-amount"),
        pytest.param(
            "acme,2026-01-05,1.000,USD",
            "amount may mean 1000 or 1.000: write it like 1200 or 1.20",
            id="thousands-or-decimals",
        ),
        pytest.param(
            "acme,2026-01-05,1e400,USD",
            "amount is not a plain number: write it like 1200.50 or -80",
            id="exponent",
        ),
        pytest.param(
            "acme,2026-01-05,inf,USD",
            "amount is not a plain number: write it like 1200.50 or -80",
            id="infinity",
        ),
        pytest.param(
            "acme,2026-01-05,nan,USD",
            "amount is not a plain number: write it like 1200.50 or -80",
            id="nan",
        ),
        pytest.param(
            "acme,2026-01-05,99999999999999,USD",
            "amount is too large to be an MRR",
            id="too-large",
        ),
        pytest.param("acme,2026-01-05,1,", "currency is empty", id="no-currency"),
        pytest.param(
            "acme,2026-01-05,1,Dollar",
            "currency is not an ISO 4217 code such as USD or EUR",
            id="no-such-currency",
        ),
        pytest.param(
            "acme,2026-01-05,-1,USD",
            "amount takes acme below zero on 5 Jan 2026: has 0.00, would be -1.00",
            id="negative",
        ),
    ],
)
def test_a_wrong_cell_is_one_finding_and_nothing_is_stored(
    store: Store, row: str, message: str
) -> None:
    assert findings(store, csv_text("beta,2026-01-05,5,USD", row)) == [(3, message)]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        pytest.param(
            ",bigger,,,",
            "type is none of new, expansion, contraction, churn, reactivation, renewal, unchanged:"
            " leave that column out with `--ignore type`",
            id="no-such-type",
        ),
        pytest.param(
            ",,much,,", "mrr_after is not a plain number: write it like 1200.50 or -80", id="after"
        ),
        pytest.param(
            ",,,,later", "recorded_at is not a moment: write it like 2026-07-31T06:00:00Z", id="at"
        ),
        pytest.param(",,,,2026-11-21T06:00:01Z", "recorded_at is in the future", id="future"),
        pytest.param(f"{'m' * 201},,,,", "movement_id is longer than 200 characters", id="id"),
        pytest.param(
            ",,,a\tb,", "driver holds a line break or another control character", id="driver"
        ),
        pytest.param(
            ",churn,,,",
            "type says churn, but by the ledger it is new: leave that column out with"
            " `--ignore type`",
            id="wrong-type",
        ),
        pytest.param(
            ",,12,,",
            "mrr_after says 12.00, but by the ledger it is 5.00: leave that column out with"
            " `--ignore mrr_after`",
            id="wrong-after",
        ),
    ],
)
def test_what_a_row_states_is_checked_and_never_trusted(
    store: Store, cells: str, message: str
) -> None:
    content = csv_text(f"acme,2026-01-05,5,USD,{cells}", header=ALL_COLUMNS)

    assert findings(store, content) == [(2, message)]


def test_every_wrong_cell_of_every_row_is_found(store: Store) -> None:
    content = csv_text(",2026-13-01,x,USD", "acme,2026-01-05,1,dollars")

    assert findings(store, content) == [
        (2, "account_id is empty"),
        (2, "amount is not a plain number: write it like 1200.50 or -80"),
        (2, "date does not exist in the calendar"),
        (3, "currency is not an ISO 4217 code such as USD or EUR"),
    ]


def test_a_row_that_cannot_be_read_causes_no_findings_on_the_rows_that_rest_on_it(
    store: Store,
) -> None:
    content = csv_text("acme,2026-01-05,1OO,USD", "acme,2026-02-05,-100,USD", "b,2026-02-05,-1,USD")

    assert findings(store, content) == [
        (2, "amount is not a plain number: write it like 1200.50 or -80"),
        (4, "amount takes b below zero on 5 Feb 2026: has 0.00, would be -1.00"),
    ]


@pytest.mark.parametrize("name", ["NA", "null", "None", "nan", "NULL", "0", "=1+1", "<!here>"])
def test_an_account_keeps_its_name(store: Store, name: str) -> None:
    import_text(store, movements(f"{name} 2026-01-05 100"))

    assert rows(store, "SELECT account_id FROM ledger_movement") == [(name,)]


@pytest.mark.parametrize("name", ["acv_tier", "value_tier", "tenure", "Value-Tier"])
def test_a_column_named_like_a_derived_dimension_is_refused(store: Store, name: str) -> None:
    content = csv_text("acme,2026-01-05,1,USD,x", header=f"{HEADER},{name}")

    sentence = refusal(store, content)

    expected = name.lower().replace("-", "_")
    assert sentence == f"{expected} is worked out by nrrbot: rename that column"


def test_every_other_column_is_an_attribute_from_the_day_of_its_row(store: Store) -> None:
    content = csv_text(
        "acme,2026-01-05,100,USD,enterprise,",
        "acme,2026-02-05,1,USD,,EMEA",
        header=f"{HEADER},Segment,region",
    )

    import_text(store, content)

    assert rows(store, "SELECT dimension, value, valid_from FROM ledger_attribute") == [
        ("segment", "enterprise", "2026-01-05"),
        ("region", "EMEA", "2026-02-05"),
    ]


def test_a_product_belongs_to_the_movement_and_to_no_account(store: Store) -> None:
    content = csv_text("acme,2026-01-05,100,USD,core", header=f"{HEADER},product")

    import_text(store, content)

    assert rows(store, "SELECT product FROM ledger_movement") == [("core",)]
    assert contents(store)["account_attribute"] == 0
    assert refusal(store, "account_id,product\nacme,core\n", source="accounts") == (
        "product belongs to movements: leave that column out of an accounts file"
    )


def test_a_row_is_stored_with_everything_it_says(store: Store) -> None:
    content = csv_text(
        "acme,2026-01-05,5.50,USD,m-1,New,5.50,seats,2026-01-06T08:00:00+02:00", header=ALL_COLUMNS
    )

    import_text(store, content)

    columns = "source, movement_id, effective_on, kind, driver, amount_minor, currency, recorded_at"
    assert rows(store, f"SELECT {columns} FROM ledger_movement") == [  # noqa: S608
        (
            "movements",
            "m-1",
            "2026-01-05",
            "new",
            "seats",
            550,
            "USD",
            "2026-01-06T06:00:00.000000+00:00",
        )
    ]


def test_a_renewal_is_kept_as_its_source_states_it(store: Store) -> None:
    header = f"{HEADER},type"
    content = csv_text("a,2026-01-05,5,USD,new", "a,2026-02-05,0,USD,renewal", header=header)

    import_text(store, content)

    assert rows(store, "SELECT kind FROM ledger_movement ORDER BY id") == [("new",), ("renewal",)]


def test_a_row_of_today_lands_and_one_of_tomorrow_waits(store: Store) -> None:
    content = movements("acme 2026-11-21 100", "acme 2026-11-22 5")

    import_text(store, content, today=date(2026, 11, 21))

    found = contents(store)
    assert (found["mrr_movement"], found["due_movement"]) == (1, 1)


def test_an_account_has_a_balance_in_each_currency(store: Store) -> None:
    import_text(store, csv_text("a,2026-01-05,5,USD", "a,2026-01-05,7,EUR", "a,2026-03-05,-5,USD"))

    [(line, message)] = findings(store, csv_text("a,2026-04-05,-5,USD"))

    assert (line, message) == (
        2,
        "amount takes a below zero on 5 Apr 2026: has 0.00, would be -5.00",
    )
    assert rows(store, "SELECT kind, currency FROM ledger_movement ORDER BY id") == [
        ("new", "USD"),
        ("new", "EUR"),
        ("churn", "USD"),
    ]
