"""Findings of a reply: from what it shows, and the reasons behind that alone."""

from dataclasses import dataclass, replace

from bot.answers.answer import Answer
from bot.answers.away import unless_away
from bot.answers.courses import Split, courses_of, courses_of_trend
from bot.answers.rises import RiseReader
from bot.answers.small_cohorts import CohortsOf
from bot.answers.usual import UsualReader
from bot.trends.trend import Trend
from metrics.activity import Activity
from metrics.findings.causes import (
    concentration,
    is_of_more,
    needs_before,
    only_one_left,
    with_account,
    with_outside,
    with_price_rise,
    with_reasons,
)
from metrics.findings.finding import Finding, FindingKind, Findings, GroupCourse, SingleAccount
from metrics.findings.moves import find_move
from metrics.findings.years import find_year
from metrics.periods import Period
from metrics.retention import OutsideCohort
from metrics.rollup import Scope
from metrics.trends import WINDOWS
from storage.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingReader:
    """Reads what findings need beside the figures that a reply shows.

    Attributes
    ----------
    ledger : Ledger
        In the currency of the reply.
    cohorts : callable, optional
        Judges the groups of a period; None where small groups may be shown.
    sees_accounts : bool
        Whether single accounts of the reply's scope may be seen.
    """

    ledger: Ledger
    cohorts: CohortsOf | None
    sees_accounts: bool

    def with_findings(self, reply: Answer | Trend) -> Answer | Trend:
        """Add what a reply has to say; nothing that it does not show is looked at."""
        if isinstance(reply, Trend):
            return replace(reply, findings=self._of_trend(reply))
        return replace(reply, findings=self._of_answer(reply))

    def _of_answer(self, answer: Answer) -> Findings:
        beside, scope = answer.comparisons, answer.question.scope
        split = Split(scope, answer.parts[0].dimension if answer.parts else None)
        before = self._outside(scope, beside.previous.period) if beside.previous else None
        whole, segments = courses_of(answer)
        move = find_move(whole, segments, (before, answer.memo.outside))
        move = move and self._against_usual(move, split, answer)
        year = find_year(whole, segments)
        periods = (answer.period, beside.previous.period if beside.previous else None)
        found = Findings(
            move=move and self._why_moved(move, split, periods, whole),
            year=self._why_so(year, split, beside.trailing.period, whole)
            if year and beside.trailing
            else None,
        )
        if beside.trailing is None:
            return found
        rises = RiseReader(ledger=self.ledger, drivers=self._drivers)
        return replace(found, rise=rises.find(found, split, beside.trailing.period, segments))

    def _against_usual(self, move: Finding, split: Split, answer: Answer) -> Finding:
        """Look for an alert where nothing moved, or NRR rose: a drop that lasts moves no more."""
        found = UsualReader(ledger=self.ledger, cohorts=self.cohorts).find(move, split, answer)
        if found.kind is not FindingKind.UNUSUAL:
            return found
        year, scope = answer.comparisons.trailing, split.scope_of(found)
        now = self._drivers(scope, answer.period)
        explained = found if now is None else with_reasons(found, now, None)
        return with_price_rise(explained, self._drivers(scope, year.period) if year else None)

    def _of_trend(self, trend: Trend) -> Findings:
        """Find what the latest window says beside the one a year before it."""
        latest, year_before = trend.whole.latest, trend.whole.year_before
        if latest is None:
            return Findings()
        dimension = trend.breakdown[0].dimension if trend.breakdown else None
        split = Split(trend.question.scope, dimension)
        whole, *segments = courses_of_trend(trend)
        move = find_move(whole, segments, (None, None))
        periods = (latest.period, year_before.period if year_before else None)
        # A level is one of twelve months: no shorter window has any.
        year = find_year(whole, segments) if trend.window == WINDOWS[-1] else None
        return Findings(
            move=move and self._why_moved(move, split, periods, whole),
            year=year and self._why_so(year, split, latest.period, whole),
        )

    def _why_moved(
        self,
        move: Finding,
        split: Split,
        periods: tuple[Period, Period | None],
        whole: GroupCourse,
    ) -> Finding:
        if move.kind not in {FindingKind.MOVE, FindingKind.OFFSET}:
            return move
        scope, (period, previous) = split.scope_of(move), periods
        now = self._drivers(scope, period)
        is_asked = previous is not None and now is not None and needs_before(move, now)
        before = self._drivers(scope, previous) if previous and is_asked else None
        found = move if now is None else with_reasons(move, now, before)
        account = self._account(found, scope, period)
        return with_account(found, account, whole_minor=whole.now.opening)

    def _why_so(self, year: Finding, split: Split, period: Period, whole: GroupCourse) -> Finding:
        scope = split.scope_of(year)
        if year.kind is FindingKind.LEAK:
            drivers = self._drivers(scope, period)
            found = year if drivers is None else with_reasons(year, drivers, None)
            found = with_price_rise(found, drivers)
            opening = whole.year.opening if whole.year else 0
            return with_account(found, self._account(found, scope, period), whole_minor=opening)
        if year.kind is FindingKind.ABOVE_150:
            return self._concentrated(year, scope, period)
        return with_outside(year, self._outside(scope, period))

    def _account(self, move: Finding, scope: Scope, period: Period) -> SingleAccount | None:
        if move.kind is not FindingKind.LEAK and not is_of_more(move):
            return None
        if not self.sees_accounts:
            return only_one_left(move)
        changes = unless_away(lambda: self.ledger.account_changes(*period.ends, scope, most=1))
        if changes is None:
            return None
        for one in changes.losses if move.points < 0 else changes.gains:
            has_left = not one.closing and not one.is_paused
            name = one.name or one.account_id
            return SingleAccount(name=name, change_minor=one.change, has_left=has_left)
        return None

    def _drivers(self, scope: Scope, period: Period) -> Activity | None:
        if self.cohorts is not None and not self.cohorts(period).opening.may_ask(scope):
            return None
        return unless_away(lambda: self.ledger.changes_by_driver(*period.ends, scope))

    def _outside(self, scope: Scope, period: Period) -> OutsideCohort | None:
        if self.cohorts is not None and not self.cohorts(period).may_show_outside(scope):
            return None
        return unless_away(lambda: self.ledger.outside_cohort(*period.ends, scope))

    def _concentrated(self, year: Finding, scope: Scope, period: Period) -> Finding:
        members = unless_away(lambda: self.ledger.cohort(*period.ends, scope))
        if members is None:
            return year
        ends = [(member.opening, member.closing) for member in members]
        found = concentration(ends, largest_shown=self.sees_accounts)
        return replace(year, concentration=found)
