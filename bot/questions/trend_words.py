"""The words that only a trend takes."""

from dataclasses import dataclass

from bot.errors import UsageError
from bot.questions import hints
from bot.questions.question import View
from metrics.trends import WINDOWS


@dataclass(slots=True)
class TrendWords:
    """How far back, and in which windows; a second one that says otherwise is refused."""

    months: int | None = None
    window: int | None = None
    doubtful: tuple[str, str] | None = None  # a value of the ledger that reads like months

    def reach_back(self, months: int) -> None:
        """Take a number of months."""
        if self.months not in (None, months):
            raise UsageError(hints.TWO_LENGTHS)
        self.months = months

    def roll(self, window: int) -> None:
        """Take the months of a window."""
        if self.window not in (None, window):
            raise UsageError(hints.TWO_WINDOWS)
        self.window = window

    def chosen_window(self, view: View, *, is_trend: bool) -> int | None:
        """Choose the window; None where no trend is asked for, which then has no such words."""
        if is_trend:
            return WINDOWS[-1] if self.window is None else self.window
        if self.months is not None and view.is_ahead:
            raise hints.months_ahead(view, self.months)
        if self.months is not None or self.window is not None:
            raise hints.no_trend(self.months)
        return None
