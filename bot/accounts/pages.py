"""Pages of a list of accounts: where each begins, what it says of itself, the buttons to others."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.questions.buttons import PAGE_BACK, PAGE_ON, FollowUp
from bot.questions.question import Listing, Question
from bot.style.names import plural


def stretch(listing: Listing, each: int) -> tuple[int, int]:
    """Count the accounts before a page of so many, and those that are read by name.

    Of a first page with a limit all are, for a terminal has the room.
    """
    first = (listing.page - 1) * each
    if listing.top is None:
        return first, each
    return first, max(0, min(each, listing.top - first)) if first else listing.top


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of ``each`` accounts; ``count`` are all, ``question`` says which page is shown.

    ``order`` names those that come first.
    """

    question: Question
    each: int
    count: int
    order: str

    @property
    def first(self) -> int:
        """The number of accounts before the first that is listed."""
        return stretch(self.question.options.listing, self.each)[0]

    @property
    def length(self) -> int:
        """The number of accounts on all pages."""
        top = self.question.options.listing.top
        return self.count if top is None else min(top, self.count)

    def buttons(self) -> Iterator[FollowUp]:
        """Yield the buttons to the page after this one and to the one before it."""
        left = self.length - self.first - self.each
        if left > 0:
            yield self._turned(PAGE_ON, f"Next {min(left, self.each)}", 1)
        if self.first:
            yield self._turned(PAGE_BACK, "Page back", -1)

    def said(self, shown: int) -> str | None:
        """Say which of the accounts are listed; None where all are."""
        if self.length <= shown and not self.first:
            return None
        if not shown:
            page = self.question.options.listing.page
            return f"There is no page {page}: the list has {plural(self.length, 'account')}."
        first, last = self.first + 1, self.first + shown
        return f"{first:,} to {last:,} of {self.length:,}, {self.order} first."

    def _turned(self, action_id: str, label: str, by: int) -> FollowUp:
        listing = self.question.options.listing
        turned = replace(listing, page=listing.page + by)
        return FollowUp(action_id, label, self.question.with_listing(turned))
