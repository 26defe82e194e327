"""Findings as values: what a period did, and what twelve months say, each with its figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from fractions import Fraction

from metrics.retention import Retention

MOVED = Fraction(5, 1000)  # half a point of the whole is the least that anybody acts on


@unique
class FindingKind(StrEnum):
    """The situations that figures can be in; the names are those of the JSON documents."""

    # of a period
    MOVE = "move"
    MIX = "mix"
    ONE_ACCOUNT = "one_account"
    PRICE_RISE = "price_rise"
    WIN_BACKS = "win_backs"
    PAUSES = "pauses"
    OFFSET = "offset"
    QUIET = "quiet"
    TOO_SMALL = "too_small"
    NO_BASE = "no_base"
    NOT_IN = "not_in"
    # of twelve months
    LEAK = "leak"
    ABOVE_150 = "above_150"
    MASKING = "masking"
    SLIPPING = "slipping"
    REPLACEMENT = "replacement"
    LOSSES_FIRST = "losses_first"
    LEAKY_BUCKET = "leaky_bucket"
    EXPANSION_LED = "expansion_led"
    LEVEL = "level"


@unique
class Force(StrEnum):
    """What moves NRR; losses are below zero wherever they are points."""

    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURN = "churn"
    MIX = "mix"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCourse:
    """A whole or one of its segments over the period, the one before, twelve months, a year ago.

    ``value`` is None for the whole. What is None is not known, or must not be shown.
    """

    value: str | None = None
    now: Retention
    before: Retention | None = None
    year: Retention | None = None
    year_ago: Retention | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleAccount:
    """The one account that most of a move is; ``name`` is None where it may not be named."""

    name: str | None
    change_minor: int
    has_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """How few accounts an NRR may rest on.

    ``top_share`` is the largest account's share of opening MRR, None for whoever may not see single
    accounts; ``doubled_share`` is the share of accounts that pay at least twice as much as before.
    """

    accounts: int
    top_share: Fraction | None
    doubled_share: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to say.

    Attributes
    ----------
    points : Fraction
        What it costs the whole's NRR, below zero, or brings it; 0.01 is a point.
    segment : str, optional
        The value of the dimension that it is about; None for the whole.
    force : Force, optional
        What moved the most of it.
    now, was : Retention
        Of that segment, or the whole: over the months that it is about, and those compared with.
    drivers : mapping of str to int
        What the force came to by reason, in minor units, the largest first.
    account : SingleAccount, optional
        The account that most of it is.
    needed_minor, won_minor : int
        MRR that the base lost, to be won elsewhere to stand still, and that others brought.
    """

    kind: FindingKind
    points: Fraction
    segment: str | None = None
    force: Force | None = None
    now: Retention
    was: Retention | None = None
    drivers: Mapping[str, int] | None = None
    account: SingleAccount | None = None
    concentration: Concentration | None = None
    needed_minor: int = 0
    won_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a period did, and what its twelve months say; None where nothing is known."""

    move: Finding | None = None
    year: Finding | None = None

    @property
    def by_cost(self) -> tuple[Finding, ...]:
        """Both, the one that costs or brings the whole more points first."""
        found = (finding for finding in (self.move, self.year) if finding is not None)
        return tuple(sorted(found, key=lambda finding: -abs(finding.points)))
