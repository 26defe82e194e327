"""Files that Stripe is fetched into: accounts of which something is new, and contracts."""

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from bot.sources.source import FetchedFile
from bot.sources.stripe.courses import SubscriptionCourse
from bot.sources.stripe.customers import NAME, StripeCustomers
from storage.importing.importer import FileRequest
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.read_options import ReadOptions
from storage.importing.spool import Scratch
from storage.importing.stripe.rows import COLUMNS, row_of
from storage.sources.landing import LandingRules
from storage.sources.rows_file import RowsFile

_QUIET = LandingRules(is_quiet=True)


class StripeFiles:
    """Takes courses of subscriptions, one after the other, and what is told of customers.

    Parameters
    ----------
    columns : sequence of str
        The columns of a list of customers.
    """

    def __init__(self, scratch: Scratch, columns: Sequence[str], *, max_bytes: int) -> None:
        self._open = ExitStack()
        self._contracts = RowsFile(scratch.path(), COLUMNS, max_bytes=max_bytes)
        self._accounts = RowsFile(scratch.path(), columns, max_bytes=max_bytes)
        self.changed: dict[str, None] = {}

    def __enter__(self) -> Self:
        self._open.enter_context(self._contracts)
        self._open.enter_context(self._accounts)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def add(self, course: SubscriptionCourse) -> None:
        """Write the terms of a subscription."""
        self.changed[course.customer] = None
        for term in course.terms:
            self._contracts.add(row_of(course.customer, term))

    def tell_of_customers(self, customers: StripeCustomers) -> None:
        """Write what is new of customers: those whose terms are here, and those that are held."""
        for cells in customers.rows(self.changed):
            self._accounts.add(cells)

    def fetched(self) -> tuple[FetchedFile, ...]:
        """List the files that have rows, in the order in which they are to land."""
        kinds = {"accounts": self._accounts, "contracts": self._contracts}
        return tuple(
            FetchedFile(path=file.path, request=_request(kind), rules=_QUIET)
            for kind, file in kinds.items()
            if file.count
        )


def _request(kind: str) -> FileRequest:
    return FileRequest(columns=ColumnWishes(kind=kind), reading=ReadOptions(source=NAME))
