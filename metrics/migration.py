"""Migration of accounts between the values of a dimension, such as plans, over one period."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from metrics.errors import ReconciliationError
from metrics.retention import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Accounts that did the same, and what they paid at both ends, in minor units."""

    accounts: int
    opening: int
    closing: int

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(
            accounts=self.accounts + other.accounts,
            opening=self.opening + other.opening,
            closing=self.closing + other.closing,
        )

    @property
    def change(self) -> int:
        """What they pay more at the close, below zero if it is less."""
        return self.closing - self.opening


NO_FLOW = Flow(accounts=0, opening=0, closing=0)


@dataclass(frozen=True, kw_only=True)  # no slots: cached properties need a __dict__
class Migration:
    """Accounts of an opening base by their values at both ends of a period.

    Attributes
    ----------
    stayed_or_moved : mapping of pair of str to Flow
        By the value at the opening and that at the close, of accounts that pay at both.
    left, paused : mapping of str to Flow
        By the value at the opening, of accounts that pay nothing at the close.
    arrived : mapping of str to Flow
        By the value at the close, of accounts outside the opening base: new, or back.
    """

    stayed_or_moved: Mapping[tuple[str, str], Flow]
    left: Mapping[str, Flow]
    paused: Mapping[str, Flow]
    arrived: Mapping[str, Flow]

    @cached_property
    def opened(self) -> Mapping[str, Flow]:
        """Each value's opening base, the largest first: what became of it, wherever it went."""
        found: dict[str, Flow] = {}
        for value, flow in self._by_opening():
            found[value] = found.get(value, NO_FLOW) + flow
        return dict(sorted(found.items(), key=lambda item: (-item[1].opening, item[0])))

    @cached_property
    def closed(self) -> Mapping[str, Flow]:
        """What pays on each value at the close, wherever it came from, the largest first."""
        found: dict[str, Flow] = {}
        every = [(closing, flow) for (_, closing), flow in self.stayed_or_moved.items()]
        for value, flow in [*every, *self.arrived.items()]:
            found[value] = found.get(value, NO_FLOW) + flow
        return dict(sorted(found.items(), key=lambda item: (-item[1].closing, item[0])))

    @property
    def moves(self) -> list[tuple[tuple[str, str], Flow]]:
        """Those that went from one value to another, the most accounts first."""
        found = [(pair, flow) for pair, flow in self.stayed_or_moved.items() if pair[0] != pair[1]]
        return sorted(found, key=lambda item: (-item[1].accounts, -item[1].opening, item[0]))

    def check(self, retention: Retention, *, arrived: int) -> None:
        """Check that all flows come to the retention of the base, and to what came beside it.

        Raises
        ------
        ReconciliationError
            If they do not, to the cent and to the account.
        """
        base = sum(self.opened.values(), start=NO_FLOW)
        gone = sum(self.left.values(), start=NO_FLOW)
        agrees = (
            (base.accounts, base.opening) == (retention.accounts_opening, retention.opening)
            and base.closing == retention.closing
            and gone.accounts == retention.accounts_opening - retention.accounts_retained
            and sum(flow.closing for flow in self.arrived.values()) == arrived
        )
        if not agrees:
            raise ReconciliationError

    def _by_opening(self) -> Iterator[tuple[str, Flow]]:
        yield from ((opening, flow) for (opening, _), flow in self.stayed_or_moved.items())
        yield from self.left.items()
        yield from self.paused.items()
