import json
from datetime import UTC, date, datetime

import pytest

from bot.answers.document import answer_json, reply_json
from bot.questions.parsing import StandIn
from bot.style.document import closed_month
from bot.style.grounds import rates_of
from bot.trends.document import trend_json
from metrics.pauses import LapsedPauses
from tests.bot.sample_answers import (
    broken_down_answer,
    empty_answer,
    period_of,
    sample_answer,
    sample_question,
)
from tests.bot.sample_trends import sample_trend, split_trend


def test_the_document_has_the_contracts_keys_and_forms() -> None:
    document = answer_json(sample_answer())

    assert document["question"] == {
        "text": "enterprise last-quarter",
        "scope": {"segment": "enterprise"},
        "period": {
            "label": "2026-Q3",
            "start": "2026-07-01",
            "end": "2026-10-01",
            "through": "2026-10-01",
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
    assert document["memo"] == {
        "new": "25000.00",
        "returning": "8000.00",
        "resumed": "0.00",
        "lapsed_pauses": None,
        "fx": None,
    }
    assert document["definition"] == "v2"
    assert document["data_as_of"] == "2026-11-21T06:00:00Z"
    assert document["closed_through"] == "2026-10"
    assert document["data_through"] == "2026-11-22"


def test_a_period_that_is_not_in_has_no_result_but_the_last_that_is_in_instead() -> None:
    period, november = period_of("2026-10"), period_of("2026-11")
    stand_in = StandIn(sentence="November 2026 is not in yet.", asked=november)
    question = sample_question(period=period, stand_in=stand_in)

    document = reply_json(sample_answer(question=question))

    assert (document["result"], document["note"]) == (None, "November 2026 is not in yet.")
    assert document["question"]["period"]["label"] == "2026-11"
    assert document["data_through"] == "2026-11-22"
    assert document["instead"] == answer_json(sample_answer(period=period))


def test_a_word_that_found_an_earlier_period_has_its_result_and_a_note() -> None:
    stand_in = StandIn(sentence="“last-month” is September 2026.", asked=None)

    document = reply_json(sample_answer(question=sample_question(stand_in=stand_in)))

    assert document == answer_json(sample_answer()) | {"note": "“last-month” is September 2026."}


@pytest.mark.parametrize("key", ["previous", "trailing_twelve_months"])
def test_comparisons_have_the_shape_of_the_result(key: str) -> None:
    document = answer_json(sample_answer())

    assert document[key].keys() == document["result"].keys()
    assert document["comparison_periods"][key].keys() == document["question"]["period"].keys()


def test_a_breakdown_row_names_its_value_and_weight_beside_the_same_fields() -> None:
    document = answer_json(broken_down_answer())

    first = document["breakdown"][0]
    added = {"dimension", "value", "weight", "benchmarks", "goal"}
    assert first.keys() - document["result"].keys() == added
    assert (first["dimension"], first["value"], first["weight"]) == (
        "industry",
        "fintech",
        "0.480000",
    )


def test_twelve_months_have_the_month_that_they_end_with_beside_them() -> None:
    month = answer_json(sample_answer(period=period_of("ttm")))["latest_month"]

    assert month["period"]["label"] == "2026-10"
    assert month.keys() - {"period"} == answer_json(sample_answer())["result"].keys()
    assert (month["nrr"], month["grr"]) == ("1.006000", "0.996000")
    assert answer_json(sample_answer())["latest_month"] is None


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


def test_a_months_pauses_that_became_too_long_are_in_the_memo() -> None:
    lapsed = LapsedPauses(accounts=2, mrr_minor=130_000)

    memo = answer_json(sample_answer(lapsed=lapsed))["memo"]

    assert memo["lapsed_pauses"] == {"accounts": 2, "mrr": "1300.00"}


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


def test_a_trend_has_the_contracts_keys_and_forms() -> None:
    document = trend_json(sample_trend((108, 107), accounts=40))

    assert document["question"] == {
        "text": "trend",
        "scope": {"segment": "enterprise"},
        "period": {
            "label": "2026-09..2026-10",
            "start": "2026-09-01",
            "end": "2026-11-01",
            "through": "2026-11-01",
            "complete": True,
        },
        "trend": {"months": 2, "window_months": 12},
    }
    assert document["trend"][1] == {
        "period": {
            "label": "TTM to 2026-10",
            "start": "2025-11-01",
            "end": "2026-11-01",
            "through": "2026-11-01",
            "complete": True,
        },
        "dimension": None,
        "value": None,
        "accounts_opening": 40,
        "accounts_retained": 40,
        "opening_mrr": "100000.00",
        "expansion": "7000.00",
        "contraction": "0.00",
        "churn": "0.00",
        "closing_mrr": "107000.00",
        "nrr": "1.070000",
        "grr": "1.000000",
        "logo_retention": "1.000000",
    }
    assert document["currency"] == "USD"
    assert document["year_before"] == []
    assert document["months_left_out"] == 0


def test_a_point_has_the_fields_of_a_result_beside_what_it_is_of() -> None:
    [first, *_] = trend_json(split_trend())["trend"]

    result = answer_json(sample_answer())["result"]
    assert first.keys() == result.keys() | {"period", "dimension", "value"}


def test_a_trend_goes_series_by_series_then_month_by_month() -> None:
    points = trend_json(split_trend())["trend"]

    assert [(point["dimension"], point["value"]) for point in points[::6]] == [
        (None, None),
        ("segment", "enterprise"),
        ("segment", "mid-market"),
        ("segment", "smb"),
    ]
    ends = [point["period"]["end"] for point in points]
    assert ends == sorted(ends[:6]) * 4


def test_in_a_trend_what_is_undefined_is_null_and_a_running_month_is_not_complete() -> None:
    gap, running = trend_json(sample_trend((None, 101), window=1))["trend"]

    assert (gap["nrr"], gap["grr"], gap["logo_retention"]) == (None, None, None)
    assert (gap["opening_mrr"], gap["accounts_opening"]) == ("0.00", 0)
    assert running["period"] == {
        "label": "2026-11",
        "start": "2026-11-01",
        "end": "2026-12-01",
        "through": "2026-11-22",
        "complete": False,
    }


def test_a_trend_and_an_answer_rest_on_the_same_things() -> None:
    grounds = ("definition", "data_as_of", "as_of", "data_version", "closed_through")
    trend, answer = reply_json(sample_trend()), reply_json(sample_answer())

    assert {key: trend[key] for key in grounds} == {key: answer[key] for key in grounds}
    assert "result" in answer
    assert json.loads(json.dumps(trend)) == trend


def test_what_exchange_rates_brought_is_a_memo_in_the_currency_of_the_answer() -> None:
    rates = rates_of(date(2026, 7, 1))
    document = answer_json(sample_answer(fx=-1_234_56, currency="EUR", rates=rates))

    assert (document["currency"], document["memo"]["fx"]) == ("EUR", "-1234.56")
    assert document["rates"] == "the exchange rates of 1 Jul 2026"


def test_a_split_by_product_says_what_switched_and_no_other_does() -> None:
    assert answer_json(broken_down_answer(switched=80_00))["switched"] == "80.00"
    assert answer_json(broken_down_answer(switched=0))["switched"] == "0.00"
    assert "switched" not in answer_json(broken_down_answer())
