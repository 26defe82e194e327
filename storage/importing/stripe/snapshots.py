"""Snapshots of a subscription: how it stands at a moment, in the words of a contract's terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto, unique

from metrics.contracts.terms import Position
from storage.importing.stripe.charges import Charge
from storage.importing.stripe.objects import day_of


@unique
class PayState(Enum):
    """How a subscription stands: not begun, free of charge, paid, unpaid, or over."""

    UNSTARTED = auto()
    FREE = auto()
    PAID = auto()
    UNPAID = auto()
    ENDED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """End of a subscription, known or over: day of the notice, last paid day, Stripe's reason."""

    notice: date | None = None
    last: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A subscription at a ``moment``.

    ``period`` has the first days of the one that is paid and of the next; ``trial_last`` is the
    last free day of a trial that it began with. ``paused`` tells that no invoices are collected;
    ``resumes`` is the first day on which they are again, where Stripe says so. ``failed`` is the
    day of the first payment that failed, where it is known.
    """

    moment: int
    standing: PayState
    start: date
    charges: Mapping[Position, Charge] = field(default_factory=dict)
    period: tuple[date, date] | None = None
    trial_last: date | None = None
    ending: Ending = Ending()
    paused: bool = False
    resumes: date | None = None
    failed: date | None = None

    @property
    def day(self) -> date:
        """Its day."""
        return day_of(self.moment)

    @property
    def is_halted(self) -> bool:
        """Whether Stripe has stopped it: paused by its own word, or a trial without a card."""
        return self.standing is PayState.FREE and self.paused and self.trial_last is None

    @property
    def renews(self) -> date:
        """The first day that is not paid yet."""
        return self.day if self.period is None else self.period[1]
