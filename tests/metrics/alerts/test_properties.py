"""What holds of every alert, whatever is imported in whatever order."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from metrics.alerts.grouping import Alert, Recipient
from metrics.alerts.routing import group_notices
from metrics.alerts.rules import DEFAULT_RULES, FLOOR, MASKING, AlertRule, Metric, RuleKind, Window
from metrics.alerts.series import ClosedMonth
from metrics.alerts.silence import acknowledge, snooze
from metrics.alerts.states import ENDINGS, AlertState, Transition, TransitionKind
from metrics.alerts.statuses import MonthStatus, Phase
from metrics.findings.years import is_masking
from tests.metrics.alerts.months import FIRST, Percent, closed, evaluated, ratio
from tests.metrics.alerts.oracle import Month, Stands, replay
from tests.slow import IS_SLOW

DROPS = (
    AlertRule(rule_id="points", kind=RuleKind.POINT_DROP, threshold=ratio("3")),
    AlertRule(rule_id="percent", kind=RuleKind.PERCENT_DROP, threshold=ratio("4"), for_periods=3),
)
LEVELS = tuple(
    replace(
        FLOOR, rule_id=f"level-{window}", metric=Metric.NRR, threshold=ratio("101"), window=window
    )
    for window in Window
)
RULES = (*DEFAULT_RULES, *DROPS, *LEVELS)
ABOUT_AN_EPISODE = ENDINGS | {TransitionKind.REMINDER, TransitionKind.WORSE}
PEOPLE = tuple(Recipient(recipient_id=one) for one in ("UBOSS", "UCARE"))

NRR = ("96", "98", "99.5", "100", "100.5", "102", "103", "105", "120")
GRR = ("85", "90", "95", "98", "100")
RATIOS = [(nrr, grr) for nrr in NRR for grr in GRR if float(grr) <= float(nrr)]
ratios = st.sampled_from(RATIOS)


def built(
    one: tuple[str, str],
    together: tuple[tuple[str, str], tuple[str, str]],
    cost: tuple[str, str],
    account: str,
    has_movements: bool,  # noqa: FBT001 - Hypothesis passes by place
) -> ClosedMonth:
    """A month, and a quarter and a year with ratios of their own that end with it."""
    quarter, year = (closed(nrr, grr=grr).retention for nrr, grr in together)
    lost, share = cost
    has_moved = has_movements or lost != "0"  # who lost something has moved
    month = closed(
        one[0], grr=one[1], cost=lost, share=share, account=account, has_movements=has_moved
    )
    return replace(month, quarter=quarter, year=year)


# Of a base of fifty, an average account has 2 %.
COSTS = [("0", "10"), ("0.6", "10"), ("1", "10"), ("1", "5.9"), ("2", "6"), ("3", "3"), ("4", "4")]
judged = st.builds(
    built,
    ratios,
    st.tuples(ratios, ratios),
    st.sampled_from(COSTS),
    st.sampled_from(["acme", "globex"]),
    st.sampled_from([True, True, True, False]),
)
small = st.just(closed("90", accounts=9))
months = st.one_of(judged, judged, judged, judged, small, st.none())
histories = st.lists(months, min_size=1, max_size=30)


def for_oracle(rule: AlertRule, place: int, history: list[Percent]) -> Month | None:
    one = history[place]
    if not isinstance(one, ClosedMonth) or one.retention.accounts_opening < 10:
        return None
    retention = {
        Window.MONTH: one.retention,
        Window.QUARTER: one.quarter,
        Window.YEAR: one.year,
    }[rule.window]
    assert retention is not None
    assert retention.nrr is not None
    assert retention.grr is not None
    loss = one.losses[0] if one.losses else None
    together = history[place - 2 : place + 1] if rule.window is Window.QUARTER else [one]
    return Month(
        nrr=retention.nrr,
        grr=retention.grr,
        cost=Fraction(loss.lost_minor, one.retention.opening) if loss else Fraction(),
        share=Fraction(loss.opening_minor, one.retention.opening) if loss else Fraction(),
        moved=any(isinstance(some, ClosedMonth) and some.has_movements for some in together),
    )


def by_oracle(rule: AlertRule, history: list[Percent]) -> Stands:
    # The history begins with a January: a quarter ends with every third month.
    step = 3 if rule.window is Window.QUARTER else 1
    places = range(step - 1, len(history), step)
    phase, fired_in, months = replay(rule, [for_oracle(rule, one, history) for one in places])
    return phase, None if fired_in is None else places[fired_in], months


def in_oracle_words(status: MonthStatus) -> Stands:
    fired_in = status.fired_in
    place = None
    if fired_in is not None:
        place = (fired_in.year - FIRST.year) * 12 + fired_in.month - FIRST.month
    return str(status.phase), place, status.breaches


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
@settings(max_examples=1_000 if IS_SLOW else 30)
@given(histories)
def test_an_alert_stands_as_a_replay_of_all_months_says(
    rule: AlertRule, history: list[Percent]
) -> None:
    state, _ = evaluated(rule, history)

    assert in_oracle_words(state.status) == by_oracle(rule, history)


class Imports(RuleBasedStateMachine):
    """Months are closed, come late, are restated; people acknowledge and snooze."""

    @initialize(alert=st.sampled_from(RULES))
    def start(self, alert: AlertRule) -> None:
        self.rule = alert
        self.history: list[Percent] = [closed("102", grr="95")] * 7
        self.state = AlertState()
        self.today = date(2026, 1, 3)
        self.version = 0
        self.log: list[Transition] = []
        self.told: dict[tuple[str, int], set[str]] = {}
        self.keys: Counter[str] = Counter()
        self.take_in()

    def take_in(self) -> None:
        self.version += 1
        before = self.state
        self.state, transitions = self.evaluate(self.state)
        self.check_order(before, transitions)
        self.log.extend(transitions)
        self.tell(transitions)

    def evaluate(self, state: AlertState) -> tuple[AlertState, tuple[Transition, ...]]:
        return evaluated(self.rule, self.history, state, version=self.version, today=self.today)

    def tell(self, transitions: tuple[Transition, ...]) -> None:
        alert = Alert(rule=self.rule, state=self.state, recipients=PEOPLE, transitions=transitions)
        for group in group_notices([alert], self.told, today=self.today):
            for notice in group.notices:
                self.keys[notice.transition.dedupe_key(notice.recipient_id)] += 1
                if notice.transition.kind is TransitionKind.FIRED:
                    self.told.setdefault(notice.episode, set()).add(notice.recipient_id)
                else:
                    assert notice.recipient_id in self.told[notice.episode]

    def check_order(self, before: AlertState, transitions: tuple[Transition, ...]) -> None:
        """An episode begins before anything is said of it, and nothing is said after its end."""
        open_now = before.episode.number if before.episode else None
        for one in transitions:
            if one.kind is TransitionKind.FIRED:
                # What one account did is over with its month, without a word.
                assert open_now is None or before.status.is_event
                open_now = one.episode
                assert one.episode == before.episodes + 1
            elif one.kind in ABOUT_AN_EPISODE:
                assert one.episode == open_now
            if one.kind in ENDINGS:
                open_now = None
        if self.state.episode or not before.status.is_event:
            assert open_now == (self.state.episode.number if self.state.episode else None)

    @rule(found=st.lists(months, min_size=1, max_size=3))
    def close_months(self, found: list[Percent]) -> None:
        self.history = [*self.history, *found]
        self.today += timedelta(days=30 * len(found))
        self.take_in()

    @rule(back=st.integers(1, 5), found=judged)
    def restate_a_month(self, back: int, found: Percent) -> None:
        self.history[-back] = found
        self.today += timedelta(days=1)
        self.take_in()

    @rule()
    def import_nothing_about_closed_months(self) -> None:
        self.today += timedelta(days=7)
        self.take_in()

    @rule()
    def acknowledge(self) -> None:
        self.state = acknowledge(self.state)

    @rule(days=st.integers(1, 90))
    def snooze(self, days: int) -> None:
        until = self.today + timedelta(days=days)
        self.state = snooze(self.state, until=until, today=self.today)

    @invariant()
    def the_same_data_again_changes_nothing(self) -> None:
        assert self.evaluate(self.state) == (self.state, ())

    @invariant()
    def it_stands_as_a_replay_says(self) -> None:
        assert in_oracle_words(self.state.status) == by_oracle(self.rule, self.history)

    @invariant()
    def the_order_of_imports_does_not_matter(self) -> None:
        at_once, _ = self.evaluate(AlertState())

        assert at_once.status == self.state.status

    @invariant()
    def an_episode_fires_once_and_ends_once(self) -> None:
        times = Counter((one.episode, one.kind) for one in self.log)
        fired = [one.episode for one in self.log if one.kind is TransitionKind.FIRED]
        ended = Counter(one.episode for one in self.log if one.kind in ENDINGS)

        assert fired == list(range(1, self.state.episodes + 1))
        assert all(times[number, TransitionKind.FIRED] == 1 for number in ended)
        assert max(ended.values(), default=1) == 1

    @invariant()
    def nobody_is_told_the_same_twice(self) -> None:
        assert max(self.keys.values(), default=1) == 1


TestImports = Imports.TestCase
TestImports.settings = settings(
    max_examples=500 if IS_SLOW else 25, stateful_step_count=15, deadline=None
)


@settings(max_examples=1_000 if IS_SLOW else 40)
@given(st.sampled_from(RULES), histories, st.integers(1, 29))
def test_months_one_by_one_or_at_once_come_to_the_same(
    rule: AlertRule, history: list[Percent], cut: int
) -> None:
    state = AlertState()

    for count in sorted({min(cut, len(history)), len(history)}):
        state, _ = evaluated(rule, history[:count], state, version=count)

    assert state.status == evaluated(rule, history)[0].status


@settings(max_examples=1_000 if IS_SLOW else 40)
@given(judged)
def test_an_alert_on_masking_says_what_an_answer_says(one: ClosedMonth) -> None:
    state, _ = evaluated(MASKING, [one])

    assert one.year is not None
    assert (state.status.phase is Phase.FIRING) == is_masking(one.year)


@settings(max_examples=1_000 if IS_SLOW else 40)
@given(st.sampled_from([FLOOR, MASKING]), histories)
def test_a_floor_that_waits_longer_never_fires_sooner(
    rule: AlertRule, history: list[Percent]
) -> None:
    patient = replace(rule, for_periods=rule.for_periods + 1)

    late, soon = (evaluated(one, history)[0].status.fired_in for one in (patient, rule))

    assert late is None or (soon is not None and soon < late)
