"""Figures as a channel was shown them."""

from datetime import date
from fractions import Fraction
from typing import Any

from metrics.period_grammar import shift_months
from storage.channels.posted_figures import PostedFigure


def shown_in(month: date, nrr: Fraction | None, **how: Any) -> PostedFigure:  # noqa: ANN401 - fields of figures
    """Make the figure of a month, of the whole company and without GRR if not said otherwise."""
    usual = {"scope": (), "label": f"{month:%Y-%m}", "grr": None, "data_version": 1}
    return PostedFigure(start=month, end=shift_months(month, 1), nrr=nrr, **{**usual, **how})
