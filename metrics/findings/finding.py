"""Findings as values: what a period did, and what twelve months say, each with its figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum, unique
from fractions import Fraction

from metrics.retention import Retention

MOVED = Fraction(5, 1000)  # half a point of the whole is the least that anybody acts on
LARGE = 2 * MOVED  # told though something else made up for it


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
    UNUSUAL = "unusual"
    TOO_SMALL = "too_small"
    NO_BASE = "no_base"
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
    """The component or event that moves NRR."""

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
class InWhole:
    """Place of a segment in the whole: its part of a change, and its weights before and now.

    ``part`` is in points of the whole's NRR. Where ``is_reversed``, every segment moved against the
    whole.
    """

    part: Fraction
    weight_before: Fraction
    weight_now: Fraction
    is_reversed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleAccount:
    """The one account that most of a move is; ``name`` is None where it may not be named."""

    name: str | None
    change_minor: int
    has_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Reasons of a finding.

    Attributes
    ----------
    drivers : mapping of str to int
        What its force came to by reason, in signed minor units, the largest first.
    gained_by_price, lost_by_price : int
        What price brought in the period or the one before, and took in the period: never below
        zero.
    account : SingleAccount, optional
        The account that most of it is.
    """

    drivers: Mapping[str, int] = field(default_factory=dict)
    gained_by_price: int = 0
    lost_by_price: int = 0
    account: SingleAccount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """How few accounts an NRR may rest on.

    ``top_share`` is the largest account's share of opening MRR, None for whoever may not see single
    accounts; ``doubled_share`` is the share of accounts that pay at least twice as much as before.
    """

    accounts: int
    top_share: Fraction | None
    doubled_share: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class BelowUsual:
    """NRR of a closed month, and the usual one that an alert holds it against."""

    month: date
    nrr: Fraction
    usual: Fraction


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
    below : BelowUsual, optional
        Where nothing moved, and yet an alert fires.
    won_minor : int
        MRR that accounts outside the opening base brought, where the finding is about it.
    """

    kind: FindingKind
    points: Fraction
    segment: str | None = None
    force: Force | None = None
    now: Retention
    was: Retention | None = None
    place: InWhole | None = None
    cause: Cause = field(default_factory=Cause)
    concentration: Concentration | None = None
    below: BelowUsual | None = None
    won_minor: int = 0

    @property
    def needed_minor(self) -> int:
        """MRR that has to be won elsewhere to stand still; below zero where the base grew."""
        return self.now.opening - self.now.closing


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRise:
    """A price rise within twelve months: what it brought a segment, and then cost it."""

    segment: str
    gained_minor: int
    lost_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Findings of a period and of its twelve months; None where nothing is known.

    ``rise`` is a price rise in a segment that neither of them is about.
    """

    move: Finding | None = None
    year: Finding | None = None
    rise: PriceRise | None = None

    @property
    def leak(self) -> str | None:
        """The segment that leaks; None where none was found."""
        found = self.year
        return found.segment if found is not None and found.kind is FindingKind.LEAK else None

    @property
    def segments(self) -> frozenset[str]:
        """The segments that any of them is about."""
        told = (one.segment for one in (self.move, self.year, self.rise) if one is not None)
        return frozenset(filter(None, told))

    def without_names(self) -> "Findings":
        """Return the findings with no account named."""
        return replace(self, move=_unnamed(self.move), year=_unnamed(self.year))


def _unnamed(finding: Finding | None) -> Finding | None:
    if finding is None or finding.cause.account is None:
        return finding
    account = replace(finding.cause.account, name=None)
    return replace(finding, cause=replace(finding.cause, account=account))
