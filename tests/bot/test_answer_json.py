import json
from datetime import UTC, date, datetime

import pytest

from bot.answer_json import answer_json, closed_month
from tests.bot.sample_answers import broken_down_answer, empty_answer, sample_answer


def test_the_document_has_the_contracts_keys_and_forms() -> None:
    document = answer_json(sample_answer())

    assert document["question"] == {
        "text": "enterprise last-quarter",
        "scope": {"segment": "enterprise"},
        "period": {
            "label": "2026-Q3",
            "start": "2026-07-01",
            "end": "2026-10-01",
            "complete": True,
        },
    }
    assert document["currency"] == "USD"
    assert document["result"] == {
        "accounts_opening": 120,
        "accounts_retained": 114,
        "opening_mrr": "1000000.00",
        "expansion": "50000.00",
        "contraction": "15000.00",
        "churn": "20000.00",
        "closing_mrr": "1015000.00",
        "nrr": "1.015000",
        "grr": "0.965000",
        "logo_retention": "0.950000",
    }
    assert document["memo"] == {"new": "25000.00", "returning": "8000.00"}
    assert document["definition"] == "v1"
    assert document["data_as_of"] == "2026-11-21T06:00:00Z"
    assert document["closed_through"] == "2026-10"


@pytest.mark.parametrize("key", ["previous", "trailing_twelve_months"])
def test_comparisons_have_the_shape_of_the_result(key: str) -> None:
    document = answer_json(sample_answer())

    assert document[key].keys() == document["result"].keys()
    assert document["comparison_periods"][key].keys() == document["question"]["period"].keys()


def test_a_breakdown_row_names_its_value_and_weight_beside_the_same_fields() -> None:
    document = answer_json(broken_down_answer())

    first = document["breakdown"][0]
    assert first.keys() - document["result"].keys() == {"dimension", "value", "weight"}
    assert (first["dimension"], first["value"], first["weight"]) == (
        "industry",
        "fintech",
        "0.480000",
    )


def test_what_is_undefined_is_null_and_never_a_number() -> None:
    document = answer_json(empty_answer())

    assert document["result"]["nrr"] is None
    assert document["result"]["grr"] is None
    assert document["result"]["logo_retention"] is None
    assert document["previous"] is None
    assert document["comparison_periods"]["previous"] is None
    assert document["annualised"] is None
    assert document["nrr_change"] is None
    assert set(document["churn"].values()) == {None}
    assert document["quick_ratio"] is None


def test_churn_and_quick_ratio_are_the_other_side_of_retention() -> None:
    document = answer_json(sample_answer())

    assert document["churn"] == {
        "gross_mrr_churn": "0.035000",
        "net_mrr_churn": "-0.015000",
        "logo_churn": "0.050000",
    }
    assert document["quick_ratio"] == "2.371429"


def test_amounts_have_the_currencys_own_decimals() -> None:
    assert answer_json(sample_answer(currency="JPY"))["result"]["opening_mrr"] == "100000000"
    assert answer_json(sample_answer(currency="KWD"))["result"]["opening_mrr"] == "100000.000"


def test_the_document_is_json() -> None:
    document = answer_json(sample_answer(as_of=datetime(2026, 7, 1, tzinfo=UTC)))

    assert json.loads(json.dumps(document)) == document
    assert document["as_of"] == "2026-07-01T00:00:00Z"


@pytest.mark.parametrize(
    ("closed_through", "month"),
    [(date(2026, 11, 1), "2026-10"), (date(2026, 1, 1), "2025-12"), (None, None)],
)
def test_the_closed_month_is_the_one_before_the_watermark(
    closed_through: date | None, month: str | None
) -> None:
    assert closed_month(closed_through) == month
