"""The words of an alert's picture: its title, what is drawn, and all of it for those who listen."""

from bot.alerts.notices.details import MonthPoint, NoticeDetails
from bot.alerts.notices.wording.titles import against, title
from bot.alerts.rules.wording.sentences import RATIOS, accounts_of
from bot.style.figures import NOT_DEFINED, percent
from bot.style.names import shortened
from bot.style.pictures import MAX_ALT_TEXT


def subtitle(details: NoticeDetails) -> str:
    """Return what is drawn in which unit."""
    who = accounts_of(details.rule) if details.rule.scope else "the company"
    said = f"Monthly {RATIOS[details.rule.metric]} of {who}, closed months."
    verdict = details.verdict
    if verdict is None or not verdict.deviation or verdict.baseline is None:
        return said
    return f"{said} Shaded: the usual range, one standard deviation either way."


def alert_alt_text(details: NoticeDetails) -> str:
    """Return the chart in words, with every month that it shows: at most 1,000 characters."""
    months = ", ".join(_month(point) for point in details.figures.history)
    finding = ", ".join(filter(None, (title(details), against(details))))
    ratio = RATIOS[details.rule.metric]
    return shortened(f"{finding}. Line chart of {ratio} by month: {months}.", MAX_ALT_TEXT)


def _month(point: MonthPoint) -> str:
    value = percent(point.value) if point.value is not None else NOT_DEFINED
    return f"{point.month:%Y-%m} {value}"
