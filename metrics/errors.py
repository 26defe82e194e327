"""Errors a metric can raise; each names the fact about the question or the data that broke it."""


class MetricsError(ValueError):
    """Base of every error raised on purpose in this package; its text is for the person asking."""

    sentence = ""  # of a subclass that always says the same

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(self.sentence if sentence is None else sentence)


class UnknownPeriodError(MetricsError):
    """The text does not name a period."""

    sentence = "that is not a period; try last-quarter, 2026-Q3 or 2026-09"


class ReconciliationError(MetricsError):
    """Opening MRR and its movements do not add up to closing MRR, so there is no answer."""

    sentence = (
        "opening MRR and its movements do not add up to closing MRR;"
        " run `nrrbot db check` to find where"
    )


class TierCutOffsError(MetricsError):
    """The cut-offs of the derived dimensions contradict each other."""

    sentence = (
        "the tiers' cut-offs contradict each other: ACV edges must ascend from above zero,"
        " and the shares of the high and long-tail tiers must come to at most 100% together"
    )


class ImpossiblePeriodError(MetricsError):
    """The text has the form of a period, but the calendar has no such date.

    Attributes
    ----------
    typed : str
        The period, or the end of a range that is none.
    why : str
        What there is instead.
    """

    def __init__(self, typed: str = "", why: str = "years run from 1970 to 2199") -> None:
        super().__init__(f"there is no such date{f' as {typed}' if typed else ''}: {why}")
        self.typed, self.why = typed, why


class PeriodOrderError(MetricsError):
    """A range ends before it begins."""

    sentence = "that range ends before it begins; put the earlier end first"


class NotBegunError(MetricsError):
    """The months since one were asked for that has not begun."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words} has not begun yet: name a beginning that is past")


class PeriodCountError(MetricsError):
    """``last-N-days`` or ``last-N-months`` was asked for with an N that is out of bounds."""

    def __init__(self, unit: str, most: int, count: int) -> None:
        super().__init__(f"last-N-{unit}s takes a number from 1 to {most}, not {count}")
        self.most = most


class TrendPeriodError(MetricsError):
    """A trend was asked for over days."""

    sentence = "a trend goes month by month: try trend 24m or trend 2025-01..2026-06"


class TrendLengthError(MetricsError):
    """A trend was asked for over one month, over too many, or over none that is over."""

    def __init__(self, fewest: int, most: int) -> None:
        super().__init__(f"a trend has {fewest} to {most} months: try trend 24m")


class TrendWindowError(MetricsError):
    """A trend was asked for with windows of some other length."""

    sentence = "a trend's windows are of 1, 3 or 12 months, such as rolling-3m"


class UnknownTimeZoneError(MetricsError):
    """The text does not name a time zone."""

    sentence = "there is no such time zone: try a name such as Europe/Berlin"


class SnoozeLengthError(MetricsError):
    """An alert was to be snoozed until a day that is past, or too far away."""

    def __init__(self, most_days: int) -> None:
        super().__init__(f"an alert can be snoozed until tomorrow, or for up to {most_days} days")
        self.most_days = most_days
