"""What every source is turned into before it may land in the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from metrics.movements import MovementKind
from storage.importing.findings import Finding

ID_IN_USE = "is in use for other content: a correction is a new row with an id of its own"
"""What is found of a ``movement_id`` that names two different movements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMovement:
    """One movement as a source states it; ``stated_*`` are checked, never trusted."""

    line: int
    movement_id: str
    account_id: str
    effective_on: date
    amount_minor: int
    currency: str
    recorded_at: datetime
    states_recorded_at: bool = False
    product: str | None = None
    driver: str | None = None
    stated_kind: MovementKind | None = None
    stated_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStatement:
    """An account has a value for a dimension from a date on."""

    line: int
    account_id: str
    dimension: str
    value: str
    valid_from: date
    recorded_at: datetime
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
class Batch:
    """Everything that one file says, and what is wrong with it so far.

    ``unreadable`` are the accounts of rows with findings: what the ledger would say of their
    other rows could be wrong, so it is not asked. ``ragged`` says that rows with too many or too
    few cells fell out; they could be any account's, so the ledger is not asked at all.
    """

    source: str
    sha256: str
    rows: int
    movements: Sequence[NewMovement] = ()
    statements: Sequence[NewStatement] = ()
    accounts: Mapping[str, NewAccount] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    unreadable: frozenset[str] = frozenset()
    ragged: bool = False
