"""Annualising: a monthly rate over a year, and an annual one in a month."""

from fractions import Fraction

from bot.style.differences import UNCHANGED, change_of
from bot.style.figures import percent
from bot.style.grid import Grid
from bot.style.parts import Headline, Parts, Quiet, Said, Table
from metrics.annualisation import ANNUALISATION_TABLE, annualised, monthly_equivalent
from metrics.money import round_half_up

ONE_POINT = Fraction(1, 100)
NOT_NRR = "An annualised run rate is not an annual NRR: it repeats one month twelve times."


def annualisation_parts(ratio: Fraction) -> Parts:
    """Explain a ratio as a monthly and as an annual rate, with the guide's table beside it.

    Parameters
    ----------
    ratio : Fraction
        Above zero; 0.98 reads "98 %".
    """
    return (
        Headline(f"{_exact_percent(ratio)} over a year, and in a month"),
        Said(*_both_ways(ratio)),
        Said(_asymmetry()),
        Table(_table(), figures=1),
        Quiet(NOT_NRR),
    )


def _both_ways(ratio: Fraction) -> tuple[str, str]:
    yearly = annualised(ratio)
    monthly = Fraction(monthly_equivalent(ratio))  # a twelfth root: no fraction, but near to it
    said = _exact_percent(ratio)
    return (
        f"{said} a month compounds to {percent(yearly)} a year ({_change(yearly)}).",
        f"{said} a year is {_exact_percent(monthly)} a month ({_change(monthly, places=2)}).",
    )


def _asymmetry() -> str:
    down, up = annualised(1 - ONE_POINT), annualised(1 + ONE_POINT)
    return (
        "It is not symmetric: one point a month below 100% comes to"
        f" {_change(down)} a year, one point above to {_change(up)}."
    )


def _table() -> Grid:
    return Grid(
        title="What common monthly rates come to",
        header=("A month", "A year", "Which means, by the GTM Engineer's guide"),
        rows=tuple(
            (percent(row.monthly), percent(annualised(row.monthly)), row.meaning)
            for row in ANNUALISATION_TABLE
        ),
    )


def _change(ratio: Fraction, *, places: int = 1) -> str:
    if places == 1:
        return f"{change_of(ratio, Fraction(1))}"
    # A month's change is small: to one place, 99.5% a year would be no change at all.
    apart = round_half_up(ratio * 100, places) - 100
    sign = "+" if apart > 0 else "\u2212" if apart < 0 else ""
    return f"{sign}{abs(apart):,f} pts" if apart else UNCHANGED


def _exact_percent(ratio: Fraction) -> str:
    # Without zeros at the end: 98% is said as it was typed.
    return f"{round_half_up(ratio * 100, 2):,f}".rstrip("0").rstrip(".") + "%"
