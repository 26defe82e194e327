"""The ratio that an alert rule watches, in words: its name with its window, and its stretch."""

from datetime import date
from fractions import Fraction

from metrics.alerts.rules import AlertRule, Metric, Window
from metrics.period_grammar import shift_months
from metrics.retention import Retention

RATIOS = {Metric.NRR: "NRR", Metric.GRR: "GRR"}


def ratio_of(rule: AlertRule, retention: Retention) -> Fraction | None:
    """Return the ratio that a rule watches."""
    return retention.nrr if rule.metric is Metric.NRR else retention.grr


def ratio_name(rule: AlertRule) -> str:
    """Write the ratio of a rule with its window: "12-month NRR"; of a month or a quarter "NRR"."""
    name = RATIOS[rule.metric]
    return f"12-month {name}" if rule.window is Window.YEAR else name


def stretch_name(window: Window, month: date) -> str:
    """Write the stretch that ends with a month, as a sentence goes on with it.

    Examples
    --------
    >>> october = date(2026, 10, 1)
    >>> stretch_name(Window.MONTH, october), stretch_name(Window.YEAR, october)
    ('October 2026', 'the twelve months to October 2026')
    >>> stretch_name(Window.QUARTER, date(2026, 9, 1))
    'Q3 2026'
    """
    match window:
        case Window.MONTH:
            return f"{month:%B %Y}"
        case Window.QUARTER:
            return f"Q{(month.month + 2) // 3} {month.year}"
        case Window.YEAR:
            return f"the twelve months to {month:%B %Y}"


def stretch_code(window: Window, month: date) -> str:
    """Write the same stretch as a question names it: "2026-10", "2026-Q3", "ttm-to-2026-10"."""
    match window:
        case Window.MONTH:
            return f"{month:%Y-%m}"
        case Window.QUARTER:
            return f"{month.year}-Q{(month.month + 2) // 3}"
        case Window.YEAR:
            return f"ttm-to-{month:%Y-%m}"


def stretch_label(window: Window, month: date) -> str:
    """Write the stretch under a point of a picture, short: "Oct 26", "Q3 26"."""
    name = f"{month:%b}" if window is not Window.QUARTER else stretch_name(window, month)[:2]
    return f"{name} {month:%y}"


def start_of(window: Window, month: date) -> date:
    """Return the first day of the stretch that ends with a month."""
    return shift_months(month, 1 - window.months)
