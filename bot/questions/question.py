"""A question as it was read, and the text that asks it again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.questions.kinds import Kind
from bot.questions.names import IN
from bot.questions.words import quoted
from metrics.horizons import Horizon
from metrics.moved import Moved
from metrics.periods import Period, PeriodUnit
from metrics.rollup import Scope
from metrics.segments import NO_VALUE

CANONICAL_LENGTH = 2000  # the ``max_length`` of a `canonical_text`: what a Slack button holds

_WORD = re.compile(r"\w([\w.&+/-]*\w)?", re.ASCII)
COMPANY, REST, VERSUS = "company", "rest", "vs"


class View(StrEnum):
    """View that a question asks for; the value is the word that asks for it."""

    ANSWER = ""
    FULL = "full"
    WHY = "why"
    ACCOUNTS = "accounts"
    CARD = "account"
    AT_RISK = "at-risk"
    READY = "ready-to-expand"
    COHORTS = "cohorts"
    MIGRATION = "migration"
    RENEWALS = "renewals"
    OUTLOOK = "outlook"

    @property
    def is_ahead(self) -> bool:
        """Whether it is of days to come, and of no period."""
        return self in (View.RENEWALS, View.OUTLOOK)


OF_NOW = frozenset({View.AT_RISK, View.READY})
"""Views of accounts as they stand where the data ends, whatever the period."""
LISTS = frozenset({View.ACCOUNTS, *OF_NOW})
"""Views that list accounts one by one."""


class Basis(StrEnum):
    """What counts of an account, and where: committed MRR where it was when a period opened.

    Or usage beside it, or committed MRR in the group that the account is in today.
    """

    COMMITTED = "committed"
    WITH_USAGE = "with_usage"
    CURRENT = "current"


_NAMES = {Basis.WITH_USAGE: "NRR incl. usage", Basis.CURRENT: "NRR (today's groups)"}
_WORDS = {Basis.WITH_USAGE: "incl-usage", Basis.CURRENT: "basis-current"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Versus:
    """The other side of ``A vs B``: other accounts, or another period.

    With ``is_rest`` its accounts are those of the company that are not in the question's scope, and
    ``scope`` is the company.
    """

    scope: Scope
    period: Period
    is_rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The single accounts that a question lists: what became of them, how many, which page.

    Without ``moved`` they are those of the opening base that pay more or less at the close; with
    ``top`` alone, those that pay the most then.
    """

    moved: Moved | None = None
    top: int | None = None
    page: int = 1

    @property
    def is_by_size(self) -> bool:
        """Whether the largest accounts are asked for, whatever became of them."""
        return self.moved is None and self.top is not None

    @property
    def whole(self) -> "Listing":
        """All that the list is cut from; the largest accounts alone are as many as were asked."""
        return Listing(moved=self.moved, top=self.top if self.is_by_size else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Why the period of a question is an earlier one than its words name on the calendar.

    ``asked`` is the period asked for, where no day of it is in: the answer is about another one
    then. It is None where ``last-month`` and its like found the last one that is in.
    """

    sentence: str
    asked: Period | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was typed, normalised, and what its words say; it is never shown to others.

    ``names_company`` is whether a word says that it is about the whole company, which no word says
    otherwise; ``names_period`` whether one names a period, which may be the last month, as without
    one. ``asked`` is what they ask for: how many accounts there are, how much is paid, how many
    left early, or NRR or GRR by name. ``stand_in`` says so where the data ends before the period
    that the words name.
    """

    text: str = ""
    asked: Kind | None = field(default=None, compare=False)
    names_company: bool = field(default=False, compare=False)
    names_period: bool = field(default=False, compare=False)
    stand_in: StandIn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What amounts are of, and how they are told.

    ``in_arr`` asks for them as ARR, twelve times MRR, ``currency`` in another than the workspace's.
    ``basis`` is whether usage counts beside committed MRR, or accounts in the groups of today.
    """

    in_arr: bool = False
    currency: str | None = None
    basis: Basis = Basis.COMMITTED

    def over(self, before: "Amounts") -> "Amounts":
        """Take from the question before what is not asked anew."""
        return Amounts(
            in_arr=self.in_arr or before.in_arr,
            currency=self.currency or before.currency,
            basis=before.basis if self.basis is Basis.COMMITTED else self.basis,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewOptions:
    """What some views alone are asked for; None where another one is.

    With a ``window`` it is a trend: for each month of the period, how that many months up to its
    end went. ``listing`` says which single accounts a list of them has, and ``account`` is the
    name, or the id, of the one that is asked about. ``cohort_unit`` is how long sign-up cohorts
    are, ``ahead`` how far a view looks that is of days to come.
    """

    window: int | None = None
    listing: Listing = field(default_factory=Listing)
    account: str | None = None
    cohort_unit: PeriodUnit | None = None
    ahead: Horizon | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question: a scope of accounts, a period, and the dimension that splits it.

    ``view`` is what is asked about the figures. With ``versus`` they are set against others:
    why they differ from those of another period, or both side by side.
    """

    words: Words = Words()
    scope: Scope
    period: Period
    dimension: str | None = None
    view: View = View.ANSWER
    versus: Versus | None = None
    amounts: Amounts = Amounts()
    options: ViewOptions = ViewOptions()

    def with_listing(self, listing: Listing) -> "Question":
        """List other single accounts."""
        return replace(self, options=replace(self.options, listing=listing))

    def with_stand_in(self, stand_in: StandIn | None) -> "Question":
        """Say otherwise why the period is another one than the words name."""
        return replace(self, words=replace(self.words, stand_in=stand_in))

    @property
    def note(self) -> str | None:
        """The sentence that goes before a reply about another period than the words name."""
        return self.words.stand_in.sentence if self.words.stand_in else None

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The scope, and that of the other side where it differs."""
        other = self.versus.scope if self.versus else self.scope
        return (self.scope,) if other == self.scope else (self.scope, other)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The period, and that of the other side where it differs."""
        other = self.versus.period if self.versus else self.period
        return (self.period,) if other == self.period else (self.period, other)

    @property
    def has_usage(self) -> bool:
        """Whether usage counts."""
        return self.amounts.basis is Basis.WITH_USAGE

    @property
    def is_on_usual_basis(self) -> bool:
        """Whether it asks for what goals, digests and alerts are of."""
        return self.amounts.basis is Basis.COMMITTED

    @property
    def nrr(self) -> str:
        """The name of the ratio: "NRR", "NRR incl. usage", or "NRR (today's groups)"."""
        return _NAMES.get(self.amounts.basis, "NRR")

    @property
    def is_comparison(self) -> bool:
        """Whether it asks for two sides beside each other."""
        return self.versus is not None and self.view is not View.WHY


def canonical_text(question: Question) -> str:
    """Write the text that asks ``question`` again, today or on any later day.

    Today it is read as an equal question, but for the text that was typed. On a later day the
    period is still the one named here, further on or over if it was not.

    Parameters
    ----------
    question : Question
        As parsed, or with its period replaced by `metrics.periods.previous`. A period that
        begins before 1970 gets a text that cannot be read back.

    Examples
    --------
    >>> from datetime import date
    >>> from metrics.periods import parse_period
    >>> period = parse_period("qtd", today=date(2026, 11, 21))
    >>> canonical_text(Question(scope=(("plan", "Pay As You Go"),), period=period))
    'plan:"Pay As You Go" 2026-Q4-to-date'
    """
    options = question.options
    if options.account is not None:
        period = _period_text(question.period) if question.words.names_period else ""
        return " ".join(filter(None, (View.CARD, quoted(options.account), period)))
    accounts = canonical_scope(question.scope)
    if len(question.scopes) > 1:
        accounts = accounts or COMPANY
    split = () if question.dimension is None else ("by", _name(question.dimension))
    words = (_view_word(question), accounts, _period_word(question), *_other_side(question))
    of_trend = () if options.window is None else (f"rolling-{options.window}m",)
    each = () if options.cohort_unit is None else (f"by-{options.cohort_unit}",)
    every = (*words, *split, *each, *_amount_words(question.amounts), *of_trend)
    return " ".join(filter(None, ("trend" * bool(of_trend), *every, *_pages(options.listing))))


def _amount_words(amounts: Amounts) -> Iterator[str]:
    yield _WORDS.get(amounts.basis, "")
    yield "arr" * amounts.in_arr
    yield f"{IN} {amounts.currency}" if amounts.currency else ""


def _view_word(question: Question) -> str:
    moved = question.options.listing.moved
    return question.view if moved is None else f"{question.view}-{moved}"


def _period_word(question: Question) -> str:
    if question.options.ahead is not None:
        return question.options.ahead.text
    return "" if question.view in OF_NOW else _period_text(question.period)


def _pages(listing: Listing) -> tuple[str, ...]:
    top = () if listing.top is None else (f"top-{listing.top}",)
    return top if listing.page == 1 else (*top, f"page-{listing.page}")


def _other_side(question: Question) -> tuple[str, ...]:
    if (versus := question.versus) is None:
        return ()
    if versus.is_rest:
        return VERSUS, REST
    if len(question.scopes) > 1:
        return VERSUS, canonical_scope(versus.scope) or COMPANY
    return VERSUS, _period_text(versus.period)


def canonical_scope(scope: Scope) -> str:
    """Write the words that name a scope; none for the whole company.

    Examples
    --------
    >>> canonical_scope((("segment", "Enterprise"), ("plan", "Pay As You Go")))
    'segment:Enterprise plan:"Pay As You Go"'
    """
    return " ".join(f"{_name(dimension)}:{_name(value)}" for dimension, value in scope)


def _name(name: str) -> str:
    is_word = name == NO_VALUE or _WORD.fullmatch(name)
    return name if is_word else quoted(name)


def _period_text(period: Period) -> str:
    label = period.label.replace(" ", "-")
    # Days that happen to be whole months say that they are days, or they come back as months.
    in_days = period.unit is PeriodUnit.DAY and period.months is not None
    return f"days-{label}" if in_days else label
