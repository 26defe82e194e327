"""Migration of accounts between the values of a dimension, such as plans, over one period."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from metrics.errors import ReconciliationError
from metrics.retention import Retention
from metrics.small_groups import is_few


class Beyond(Enum):
    """A place that is no value of the dimension."""

    ARRIVED = "new or back"
    LEFT = "left"
    PAUSED = "paused"
    OTHERS = "others"


Place = str | Beyond
"""A value, or a place beyond them: nobody's value can be taken for one of these."""
Cell = tuple[Place, Place]
"""Where accounts were when the period opened, and where they are at the close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Accounts that went the same way, and what they paid at both ends, in minor units."""

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
        """The MRR that they pay more at the close, below zero if it is less."""
        return self.closing - self.opening


NO_FLOW = Flow(accounts=0, opening=0, closing=0)


@dataclass(frozen=True, kw_only=True)  # no slots: cached properties need a __dict__
class Migration:
    """Accounts by where they were and where they are, each in one cell.

    Rows are values when the period opens, and those that have arrived since; columns are values at
    the close, and those that left or have only paused. ``hidden`` are cells that are not shown.
    """

    flows: Mapping[Cell, Flow]
    hidden: frozenset[Cell] = frozenset()

    @cached_property
    def opened(self) -> Mapping[Place, Flow]:
        """Add up each row, the largest opening MRR first."""
        return _ranked(self._added(lambda cell: cell[0]), lambda flow: flow.opening)

    @cached_property
    def closed(self) -> Mapping[Place, Flow]:
        """Add up each column, the largest MRR at the close first."""
        return _ranked(self._added(lambda cell: cell[1]), lambda flow: flow.closing)

    @property
    def moves(self) -> list[tuple[Cell, Flow]]:
        """Those that went from one value to another, the largest change of MRR first."""
        found = [item for item in self.flows.items() if _is_move(item[0])]
        return sorted(found, key=lambda item: (-abs(item[1].change), _key(item[0])))

    def total(self, of: Callable[[Cell], bool]) -> Flow:
        """Add up the cells that are asked for."""
        return sum((flow for cell, flow in self.flows.items() if of(cell)), start=NO_FLOW)

    def check(self, retention: Retention, *, arrived: int) -> None:
        """Check that all cells come to the retention of the base, and to what came beside it.

        Raises
        ------
        ReconciliationError
            If they do not, to the cent and to the account.
        """
        base = self.total(lambda cell: cell[0] is not Beyond.ARRIVED)
        left = self.total(lambda cell: cell[1] is Beyond.LEFT)
        found = base.accounts, base.opening, base.closing, base.accounts - left.accounts
        wanted = (
            *(retention.accounts_opening, retention.opening, retention.closing),
            retention.accounts_retained,
        )
        beside = self.total(lambda cell: cell[0] is Beyond.ARRIVED)
        if found != wanted or (beside.opening, beside.closing) != (0, arrived):
            raise ReconciliationError

    def condensed(self, most: int) -> "Migration":
        """Keep the values that pay the most at either end, and put the others together."""
        weights: defaultdict[str, int] = defaultdict(int)
        for (before, after), flow in self.flows.items():
            for place, amount in ((before, flow.opening), (after, flow.closing)):
                if isinstance(place, str):
                    weights[place] += amount
        if len(weights) <= most:
            return self
        kept = sorted(weights, key=lambda value: (-weights[value], value))[: most - 1]

        def placed(place: Place) -> Place:
            return place if place in kept or isinstance(place, Beyond) else Beyond.OTHERS

        flows: dict[Cell, Flow] = {}
        for (before, after), flow in self.flows.items():
            cell = placed(before), placed(after)
            flows[cell] = flows.get(cell, NO_FLOW) + flow
        return Migration(flows=flows)

    def without_few(self, *, arrivals_too: bool) -> "Migration":
        """Leave out cells of few accounts, and as many beside them as it takes to tell of none.

        What is left out of a row, of a column or of the opening base is then of no account, or of
        five and more: what these come to is known from elsewhere, and would tell of fewer.

        Parameters
        ----------
        arrivals_too : bool
            Whether the accounts that have arrived may be shown at all.
        """
        counts = {cell: flow.accounts for cell, flow in self.flows.items()}
        hidden = {
            cell
            for cell, count in counts.items()
            if is_few(count) or (cell[0] is Beyond.ARRIVED and not arrivals_too)
        }
        while (cell := _next_hidden(counts, hidden)) is not None:
            hidden.add(cell)
        shown = {cell: flow for cell, flow in self.flows.items() if cell not in hidden}
        return Migration(flows=shown, hidden=frozenset(hidden))

    def _added(self, place: Callable[[Cell], Place]) -> dict[Place, Flow]:
        found: dict[Place, Flow] = {}
        for cell, flow in self.flows.items():
            found[place(cell)] = found.get(place(cell), NO_FLOW) + flow
        return found


def _is_move(cell: Cell) -> bool:
    before, after = cell
    is_named = not {before, after} & {Beyond.ARRIVED, Beyond.LEFT, Beyond.PAUSED}
    return is_named and before != after


def _ranked(found: Mapping[Place, Flow], amount: Callable[[Flow], int]) -> Mapping[Place, Flow]:
    order = sorted(
        found, key=lambda place: (isinstance(place, Beyond), -amount(found[place]), _name(place))
    )
    return {place: found[place] for place in order}


def _next_hidden(counts: Mapping[Cell, int], hidden: Collection[Cell]) -> Cell | None:
    for line in _lines(counts):
        left_out = sum(counts[cell] for cell in line if cell in hidden)
        beside = [cell for cell in line if cell not in hidden]
        if is_few(left_out) and beside:
            return min(beside, key=lambda cell: (counts[cell], _key(cell)))
    return None


def _lines(cells: Iterable[Cell]) -> Iterator[list[Cell]]:
    """Yield rows and columns, and all cells of the opening base: each comes to a known sum."""
    lines: defaultdict[tuple[int, Place], list[Cell]] = defaultdict(list)
    base = []
    for cell in cells:
        for side in (0, 1):
            lines[side, cell[side]].append(cell)
        if cell[0] is not Beyond.ARRIVED:
            base.append(cell)
    yield from lines.values()
    yield base


def _key(cell: Iterable[Place]) -> tuple[str, ...]:
    return tuple(map(_name, cell))


def _name(place: Place) -> str:
    return place if isinstance(place, str) else place.value
