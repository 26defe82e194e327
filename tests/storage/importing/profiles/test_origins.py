import pytest

from storage.importing.cells import CellError
from storage.importing.profiles.origins import MINOR_UNIT, Origin, day_text, divided


@pytest.mark.parametrize(
    ("cell", "divisor", "currency", "amount"),
    [
        pytest.param("120050", 100, "USD", "1200.50", id="cents"),
        pytest.param("-5", 100, "USD", "-0.05", id="a-few-of-them"),
        pytest.param("12345.678", 100, "USD", "123.45678", id="too-fine-stays-too-fine"),
        pytest.param("120050", MINOR_UNIT, "USD", "1200.50", id="minor-unit-of-dollars"),
        pytest.param("4000", MINOR_UNIT, "JPY", "4000", id="minor-unit-of-yen"),
        pytest.param("4000", MINOR_UNIT, "kwd", "4.000", id="minor-unit-of-dinars"),
        pytest.param("1000", 12, "EUR", "83.33", id="twelfths-are-rounded"),
        pytest.param("0.18", 12, "EUR", "0.015", id="those-that-end-are-exact"),
        pytest.param("100", 12, "JPY", "8", id="a-twelfth-of-yen"),
        pytest.param("500", MINOR_UNIT, "XXQ", "5.00", id="no-currency-is-a-finding-of-its-own"),
        pytest.param(" ", 100, "EUR", "", id="nothing"),
    ],
)
def test_an_amount_is_divided_exactly(cell: str, divisor: int, currency: str, amount: str) -> None:
    assert divided(cell, divisor, currency) == amount


@pytest.mark.parametrize("cell", ["1,200", "12.000,50", "1e5", "$5", "five"])
def test_what_is_no_plain_number_is_not_divided(cell: str) -> None:
    with pytest.raises(CellError, match="is not a plain number, and is to be divided"):
        divided(cell, 100, "USD")


def test_words_an_empty_cell_and_moments_mean_what_is_said() -> None:
    origin = Origin("kind", words={"new biz": "new"}, otherwise="churn")

    assert [origin.word(cell) for cell in (" New Biz", "expansion", "")] == [
        "new",
        "expansion",
        "churn",
    ]
    moments = ("2026-08-03T23:59:59Z", "2026-08-03 00:46:59 PST", "1785542400", "2026-08-03")
    assert [day_text(text) for text in moments] == [
        "2026-08-03",
        "2026-08-03",
        "2026-08-01",
        "2026-08-03",
    ]
