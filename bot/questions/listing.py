"""Words of a question for single accounts: which of them, how many, and which page."""

from dataclasses import dataclass

from bot.errors import UsageError
from bot.questions.question import Listing
from metrics.moved import Moved

MOST_TOP = 1_000


@dataclass(slots=True)
class ListingWords:
    """The words that only a list takes; a second one that says otherwise is refused."""

    moved: Moved | None = None
    top: int | None = None
    page: int | None = None

    def of(self, moved: Moved) -> None:
        """Take what became of the accounts that are listed."""
        if self.moved not in (None, moved):
            said = f"{self.moved} and {moved} are two lists: ask for one"
            raise UsageError(f"{said}. Try: accounts {self.moved} last-quarter")
        self.moved = moved

    def limit(self, top: int, *, moved: Moved | None = None) -> None:
        """Take how many are listed at the most, and what became of them if that is said, too."""
        if not 1 <= top <= MOST_TOP:
            raise UsageError(f"top takes a number from 1 to {MOST_TOP:,}, as in top 20")
        if self.top not in (None, top):
            said = f"top {self.top} and top {top} are two lengths: give one"
            raise UsageError(f"{said}. Try: accounts last-quarter top {self.top}")
        self.top = top
        if moved is not None:
            self.of(moved)

    def turn_to(self, page: int) -> None:
        """Take the page that is shown."""
        if page < 1 or self.page not in (None, page):
            raise UsageError("give one page, from page 1 on")
        self.page = page

    @property
    def is_said(self) -> bool:
        """Whether any of them was said."""
        return any(one is not None for one in (self.moved, self.top, self.page))

    def listing(self) -> Listing:
        """Build the listing that was asked for."""
        return Listing(moved=self.moved, top=self.top, page=self.page or 1)
