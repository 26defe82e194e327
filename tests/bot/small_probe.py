"""Whatever a viewer without account detail may get of a drawn ledger, and whose accounts it is of.

The accounts behind a figure are counted here from the drawn ledger alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import pytest

from bot.accounts.card.card import AccountCard, AccountChoice
from bot.accounts.moves import AccountMoves
from bot.accounts.ranking.ranking import AccountRanking
from bot.alerts.rules.wording.sentences import ListedRule
from bot.alerts.telling.details import AlertMessage, DropCause, NoticeDetails, Stage
from bot.answers.answer import Answer, PeriodRetention, Reply
from bot.answers.small_cohorts import TOGETHER
from bot.benchmarks.tier_review import TierReview
from bot.cohorts.table import CohortTable
from bot.comparing.comparison import Comparison
from bot.confidence.sureness import Sureness
from bot.style.ratios import start_of
from bot.trends.trend import Trend, TrendPoint
from bot.why.explanation import Explanation
from metrics.alerts.baselines import twelve_before
from metrics.alerts.rules import AlertRule, Window
from metrics.alerts.verdicts import Verdict
from metrics.benchmarks.comparing import BenchmarkedYear
from metrics.confidence.confidence import FEWEST_ACCOUNTS, LEAST_EFFECTIVE
from metrics.period_grammar import shift_months
from metrics.periods import Period
from metrics.retention import Retention
from metrics.rollup import Scope
from metrics.segments import NO_VALUE
from metrics.small_groups import is_few

DIMENSIONS = {"segment": "abc", "industry": "xyz", "region": "pq"}
HEAD = "movement_id,account_id,date,amount,currency,driver,segment,industry,region\n"
FEWEST_JUDGED = 10  # with fewer accounts no alert has a ratio, nor is a month among the usual ones

Account = Mapping[str, str]
"""The values of an account, its first ``day``, and the day on which it has ``left``."""


def amount(number: int) -> int:
    """Return what the account of a number pays, in cents: no two the same."""
    return 100 * (100 + number)


def drawn(random: Random) -> list[Account]:
    """Draw accounts in few combinations, each of few accounts."""
    kinds = [
        {name: random.choice([*values, ""]) for name, values in DIMENSIONS.items()}
        for _ in range(random.randint(3, 9))
    ]
    days = ["2024-05-10", "2026-07-20", "2026-10-05"]
    leaving = ["", "2026-09-12", "2026-10-20", "2026-11-05"]
    return [
        {
            "day": random.choices(days, [8, 1, 1])[0],
            "left": random.choices(leaving, [12, 1, 1, 1])[0],
            **kind,
        }
        for kind in kinds
        for _ in range(random.randint(1, 9))
    ]


def ledger_of(held: Iterable[Account]) -> str:
    """Write accounts as a file of movements."""
    rows = []
    for number, one in enumerate(held):
        values = ",".join(one[name] for name in DIMENSIONS)
        paid = f"{amount(number) // 100}.00,USD"
        rows.append(f"m{number},a{number},{one['day']},{paid},new_logo,{values}\n")
        if one["left"] > one["day"]:
            rows.append(f"l{number},a{number},{one['left']},-{paid},competitor,,,\n")
    return HEAD + "".join(rows)


@dataclass
class Shown:
    """The groups of accounts that figures were shown of, by period; and how often, by way."""

    held: list[Account]
    granted: Sequence[Scope]
    groups: dict[tuple[str, date, date], set[frozenset[int]]] = field(default_factory=dict)
    ratios: set[float] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def check(self) -> None:
        """Assert the law: within a period none is of few accounts, nor do two differ by few."""
        for (kind, start, end), groups in self.groups.items():
            about = f"{kind} {start}..{end}"
            assert start.day == end.day == 1, f"{about} is no whole month"
            assert not any(is_few(len(group)) for group in groups), about
            # How two scopes differ that somebody was granted both of is theirs to see.
            own = {self.paying(scope, start) for scope in self.granted}
            differing = [
                (one, two)
                for one in groups
                for two in groups
                if one and one < two and not {one, two} <= own
            ]
            assert not [pair for pair in differing if is_few(len(pair[1]) - len(pair[0]))], about

    def paying(self, scope: Scope, day: date) -> frozenset[int]:
        """Return the accounts of a scope that pay when a day opens."""
        at = day.isoformat()
        return frozenset(
            number
            for number, one in enumerate(self.held)
            if one["day"] < at
            and not one["day"] < one["left"] < at
            and all((one.get(name) or NO_VALUE) == value for name, value in scope)
        )

    def see_confidence(self, sureness: Sureness, retention: Retention) -> None:
        """Check that how sure a figure is tells nothing of single accounts, nor of how few."""
        found = sureness.confidence
        self.counts["sure"] += 1
        assert (found.single, sureness.accounts) == (None, None)
        assert found.accounts == retention.accounts_opening
        assert found.effective is None or found.effective >= LEAST_EFFECTIVE
        assert found.nrr is None or found.accounts >= FEWEST_ACCOUNTS

    def note(
        self, scope: Scope, start: date, end: date, *, accounts: int | None = None
    ) -> frozenset[int]:
        """Note that a figure of the opening base of a scope was shown."""
        return self.note_group(self.paying(scope, start), start, end, accounts=accounts)

    def note_group(
        self, group: frozenset[int], start: date, end: date, *, accounts: int | None = None
    ) -> frozenset[int]:
        """Note that a figure of a group of accounts was shown."""
        assert accounts in {None, len(group)}  # else the test itself miscounts
        self.groups.setdefault(("opening", start, end), set()).add(group)
        return group

    def see(self, reply: Reply) -> None:
        """Note all that a reply shows."""
        match reply:
            case Answer():
                self._see_answer(reply)
            case Trend():
                self._see_trend(reply)
            case Explanation():
                self._see_explanation(reply)
            case Comparison():
                self._see_comparison(reply)
            case AccountRanking():
                self._see_ranking(reply)
            case CohortTable():
                assert not [one for one in reply.cohorts if is_few(one.opening.accounts_opening)]
            case AccountMoves() | AccountCard() | AccountChoice():
                pytest.fail("single accounts are shown")

    def _see_ranking(self, ranking: AccountRanking) -> None:
        """Note those on a list and the others: of a drawn ledger the new accounts are on it."""
        self.counts["ranked"] += 1
        assert ranking.listed is None
        assert ranking.hindsight is None
        day, scope = ranking.day, ranking.question.scope
        parts = [(scope, ranking.count)]
        parts += [((*scope, (ranking.dimension, one.value)), one.accounts) for one in ranking.sums]
        for part, count in parts:
            paying, since = self.paying(part, day), (day - timedelta(days=90)).isoformat()
            new = frozenset(number for number in paying if self.held[number]["day"] >= since)
            assert count == len(new)
            for kind, group in (("ranked", new), ("not ranked", paying - new)):
                self.groups.setdefault((kind, day, day), set()).add(group)

    def _see_trend(self, trend: Trend) -> None:
        self.counts["trend"] += 1
        values = [one.value or "" for one in trend.breakdown]
        for series in trend.series:
            for point in (*series.points, *([series.earlier] if series.earlier else [])):
                if point.is_in:
                    self._row(trend.question.scope, (series.dimension, series.value), point, values)

    def _see_explanation(self, explanation: Explanation) -> None:
        self.counts["why"] += 1
        assert explanation.accounts is None
        if explanation.sureness is not None:
            self.see_confidence(explanation.sureness, explanation.sides.now)
        scope, sides, around = (
            explanation.question.scope,
            explanation.sides,
            explanation.surroundings,
        )
        self._see_beside(explanation.benchmarked, around.year)
        self._see_review(explanation.tier_review, scope, sides.period)
        whole = dict(around.earlier) | {sides.period: sides.now}
        whole |= {sides.before_period: sides.before} if sides.before else {}
        whole |= {around.year_period: around.year} if around.year else {}
        for period, retention in whole.items():
            self._row(scope, (None, None), PeriodRetention(period=period, retention=retention), [])
        for period, values in (
            (sides.period, sides.values_now),
            (sides.before_period, sides.values_before),
        ):
            self._see_values(scope, explanation.dimension, period, values)

    def _see_comparison(self, comparison: Comparison) -> None:
        self.counts["compared"] += 1
        for side in (comparison.left, comparison.right):
            for period, retention in ((side.period, side.retention), (side.year_period, side.year)):
                if retention is None:
                    continue
                group = self.paying(side.scope, period.start)
                if side.is_rest:
                    group -= self.paying(comparison.question.scope, period.start)
                start, end = _span(period)
                self.note_group(group, start, end, accounts=retention.accounts_opening)
            assert not (side.is_rest and side.values)
            self._see_values(side.scope, comparison.dimension, side.period, side.values)

    def _see_values(
        self, scope: Scope, dimension: str | None, period: Period, values: Mapping[str, Retention]
    ) -> None:
        self.counts["parts"] += len(values)
        for value, retention in values.items():
            row = PeriodRetention(period=period, retention=retention)
            self._row(scope, (dimension, value), row, list(values))

    def _see_answer(self, answer: Answer) -> None:
        self.counts["answer"] += 1
        if answer.sureness is not None:
            self.see_confidence(answer.sureness, answer.retention)
        scope, beside, period = answer.question.scope, answer.comparisons, answer.period
        own = PeriodRetention(period=period, retention=answer.retention)
        others = (beside.previous, beside.trailing, beside.year_ago)
        for measured in (own, *others, beside.latest_month):
            if measured is not None:
                self._row(scope, (None, None), measured, [])
        trailing = beside.trailing
        self._see_beside(answer.benchmarked, trailing.retention if trailing else None)
        self._see_review(answer.tier_review, scope, period)
        values = [one.value for one in answer.breakdown]
        for part in answer.parts:
            self._see_beside(part.benchmarked, part.year)
            if part not in answer.gone:
                row = PeriodRetention(period=period, retention=part.retention)
                self._row(scope, (part.dimension, part.value), row, values)
            for other, found in zip(others, (part.before, part.year, part.year_ago), strict=True):
                if other is not None and found is not None:
                    assert part.value != TOGETHER  # others may stand together then
                    row = PeriodRetention(period=other.period, retention=found)
                    self._row(scope, (part.dimension, part.value), row, [])
        self._see_findings(answer)
        outside, end = answer.memo.outside, period.measured_end
        if outside is not None:
            new = self.paying(scope, end) - self.paying(scope, period.start)
            assert outside.new == sum(map(amount, new))
            self.groups.setdefault(("outside", period.start, end), set()).add(new)

    def _see_beside(self, beside: BenchmarkedYear | None, year: Retention | None) -> None:
        """Check that peers and goals stand beside twelve months that are shown, and no others."""
        if beside is not None:
            self.counts["beside"] += 1
            assert beside.year == year
            assert year is not None
            if beside.goal is not None:
                assert beside.goal.over == (year.nrr or 0) - beside.goal.goal

    def _see_review(self, review: TierReview | None, scope: Scope, period: Period) -> None:
        """Note both segments of a review of tiers, at both quarter ends."""
        if review is None:
            return
        self.counts["review"] += 1
        assert review.ends[1] <= period.measured_end
        for end in review.ends:
            for value in (review.apart.higher, review.apart.lower):
                self.note((*scope, ("segment", value)), shift_months(end, -12), end)

    def _see_findings(self, answer: Answer) -> None:
        """Note the groups that findings are about; they name no account."""
        trailing, found = answer.comparisons.trailing, answer.findings
        over = trailing.period if trailing else answer.period
        for period, finding in ((answer.period, found.move), (over, found.year)):
            if finding is None:
                continue
            self.counts["finding"] += 1
            assert finding.cause.account is None or finding.cause.account.name is None
            assert finding.concentration is None or finding.concentration.top_share is None
            dimension = answer.parts[0].dimension if finding.segment is not None else None
            row = PeriodRetention(period=period, retention=finding.now)
            self._row(answer.question.scope, (dimension, finding.segment), row, [])

    def _row(
        self,
        scope: Scope,
        line: tuple[str | None, str | None],
        measured: PeriodRetention | TrendPoint,
        beside: list[str],
    ) -> None:
        (dimension, value), (start, end) = line, _span(measured.period)
        if dimension is not None and dimension not in DIMENSIONS:
            assert not is_few(measured.retention.accounts_opening)
            return  # tiers and tenure are not drawn
        group = self.paying(scope, start)
        if dimension is not None and value == TOGETHER:
            for other in beside:
                group -= self.paying((*scope, (dimension, other)), start)
        elif dimension is not None and value is not None:
            group = self.paying((*scope, (dimension, value)), start)
        found = measured.retention
        self.note_group(group, start, end, accounts=found.accounts_opening)
        self.ratios |= {float(one * 100) for one in (found.nrr, found.grr) if one is not None}

    def hear(self, message: AlertMessage) -> None:
        """Note all that a message of alerts shows, its picture included."""
        assert not message.names_shown
        for details in (*message.notices, *message.breakdown):
            self.hear_of(details)

    def hear_of(self, details: NoticeDetails) -> None:
        """Note all that is told of one alert."""
        rule, month, figures = details.rule, details.month, details.figures
        self.counts["told"] += details.verdict is not None
        for point in figures.history:
            if point.value is not None:
                self._stretch(rule.scope, rule.window, point.month)
        if month is None:
            return
        if figures.retention is not None:
            start, end = start_of(rule.window, month), shift_months(month, 1)
            self.note(rule.scope, start, end, accounts=figures.retention.accounts_opening)
        if figures.since is not None and figures.since.value is not None:
            self._stretch(rule.scope, rule.window, figures.since.month)
        if figures.cause is not None and figures.stage is not None:
            self._cause(rule, figures.cause, figures.stage)
        if details.verdict is not None:
            self.judge(rule.scope, details.verdict, month)

    def _cause(self, rule: AlertRule, cause: DropCause, stage: Stage) -> None:
        self.counts["caused"] += 1
        self._stretch(rule.scope, cause.window, stage.month)
        if cause.before is not None:
            self._stretch(rule.scope, cause.window, stage.since)
        for part in cause.share.change.segments if cause.share else ():
            self.counts["shared"] += 1
            for last in (stage.since, stage.month):
                pair = cause.share.dimension if cause.share else "", part.value
                self._stretch((*rule.scope, pair), rule.window, last)

    def judge(self, scope: Scope, verdict: Verdict, month: date) -> None:
        """Note a ratio and what it is held against."""
        self._stretch(scope, verdict.window, month)
        if verdict.baseline is not None:
            self._usual(scope, verdict.window, month)

    def read_list(self, listed: Iterable[ListedRule]) -> None:
        """Note the ratios that a list of alerts shows."""
        for rule in listed:
            for one in rule.alerts:
                status = one.alert.state.status
                if not one.is_hidden and status.verdict is not None and status.month is not None:
                    self.counts["listed"] += 1
                    self.judge(one.alert.rule.scope, status.verdict, status.month)

    def _usual(self, scope: Scope, window: Window, month: date) -> None:
        for one in twelve_before(month):
            if len(self.paying(scope, start_of(window, one))) >= FEWEST_JUDGED:
                self._stretch(scope, window, one)

    def _stretch(self, scope: Scope, window: Window, month: date) -> None:
        self.note(scope, start_of(window, month), shift_months(month, 1))


def _span(period: Period) -> tuple[date, date]:
    return period.start, period.measured_end
