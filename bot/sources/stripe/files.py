"""Files that Stripe is fetched into: accounts that have no name yet, and contracts."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from bot.sources.source import FetchedFile
from bot.sources.stripe.courses import SubscriptionCourse
from storage.importing.contracts.held_names import named_accounts
from storage.importing.importer import FileRequest
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.read_options import ReadOptions
from storage.importing.spool import Scratch
from storage.importing.stripe.objects import Catalogue, day_of
from storage.importing.stripe.rows import COLUMNS, row_of
from storage.sources.landing import LandingRules
from storage.sources.rows_file import RowsFile
from storage.store.engine import Store

NAME = "stripe"
"""The name under which the ledger keeps what comes from Stripe."""
_ACCOUNT_COLUMNS = ("account_id", "name", "created_on")
_AT_ONCE = 10_000
_QUIET = LandingRules(is_quiet=True)


class StripeFiles:
    """Takes courses of subscriptions, one after the other."""

    def __init__(self, scratch: Scratch, *, max_bytes: int) -> None:
        self._open = ExitStack()
        self._contracts = RowsFile(scratch.path(), COLUMNS, max_bytes=max_bytes)
        self._accounts = RowsFile(scratch.path(), _ACCOUNT_COLUMNS, max_bytes=max_bytes)
        self.customers: dict[str, None] = {}

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
        self.customers[course.customer] = None
        for term in course.terms:
            self._contracts.add(row_of(course.customer, term))

    def name_customers(self, store: Store, catalogue: Catalogue) -> None:
        """Write the customers that changed and have no name in the ledger."""
        customers = [*self.customers]
        for begin in range(0, len(customers), _AT_ONCE):
            some = customers[begin : begin + _AT_ONCE]
            with store.read() as session:
                named = named_accounts(session, NAME, some)
            for key in some:
                customer = None if key in named else catalogue.customer(key)
                name = " ".join(str((customer or {}).get("name") or "").split())
                if customer is not None and name:
                    created = day_of(int(customer["created"])).isoformat()
                    self._accounts.add([key, name, created])

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
