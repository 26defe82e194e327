from fractions import Fraction

from hypothesis import given

from bot.questions.typed_figures import exact_percent
from tests.bot.alerts.rules.own_rules import figures


@given(figures)
def test_a_percentage_loses_nothing(ratio: Fraction) -> None:
    assert Fraction(exact_percent(ratio)) / 100 == ratio
