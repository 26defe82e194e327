"""What every source is turned into before it may land in the ledger."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from metrics.movements import MovementKind
from storage.importing.findings import RowFinding
from storage.importing.movements import FileMovements

ID_IN_USE = "is in use for other content: a correction is a new row with an id of its own"
"""What is found of a ``movement_id`` that names two different movements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMovement:
    """One movement as a source states it; ``stated_*`` are checked, never trusted."""

    line: int
    movement_id: str
    effective_on: date
    amount_minor: int
    currency: str
    stated_kind: MovementKind | None = None
    stated_after: int | None = None


class NewStatement(NamedTuple):
    """An account has a value for a dimension from a date on; days and moments are text.

    ``movement_id`` is None where no movement says so, and empty where it has no id of its own.
    """

    line: int
    account_id: str
    dimension: str
    value: str
    valid_from: str
    recorded_at: str
    movement_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What a source knows of an account itself; None says nothing."""

    line: int
    account_id: str
    name: str | None = None
    parent_id: str | None = None
    created_on: date | None = None

    def over(self, earlier: "NewAccount | None") -> "NewAccount":
        """Return this line's account, with what only an earlier line said."""
        if earlier is None:
            return self
        return replace(
            self,
            name=self.name or earlier.name,
            parent_id=self.parent_id or earlier.parent_id,
            created_on=self.created_on or earlier.created_on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountGroup:
    """Everything that a file says of some accounts; no other part says anything of them."""

    accounts: Mapping[str, NewAccount]
    movements: FileMovements = field(default_factory=FileMovements)
    statements: Iterable[NewStatement] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything that one file says, and what is wrong with it so far.

    ``recorded_at`` is the moment of movements that state none, as text; ``currency`` that of the
    first one. ``unreadable`` are the accounts of rows with findings: what the ledger would say of
    their other rows could be wrong, so it is not asked. ``ragged`` says that rows with too many
    or too few cells fell out; they could be any account's, so the ledger is not asked at all.
    """

    source: str
    sha256: str
    rows: int
    groups: Iterable[AccountGroup]
    recorded_at: str
    currency: str | None = None
    findings: list[RowFinding] = field(default_factory=list)
    unreadable: frozenset[str] = frozenset()
    ragged: bool = False


def statements_of(movements: FileMovements, recorded_at: str) -> Iterator[NewStatement]:
    """Yield what movements say of attributes, row by row: each holds from its row's day on."""
    dimensions = tuple(movements.attributes)
    said = zip(*movements.attributes.values(), strict=True)
    for place, values in enumerate(said):
        if any(values):
            for dimension, value in zip(dimensions, values, strict=True):
                if value is not None:
                    yield NewStatement(
                        movements.line[place],
                        movements.account_id[place],
                        dimension,
                        value,
                        movements.effective_on[place],
                        movements.recorded_at[place] or recorded_at,
                        movements.movement_id[place] or "",
                    )
