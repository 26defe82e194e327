"""The table of transitions, row by row: what changes, and who would hear of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from metrics.alerts.evaluation import evaluate, firing_transition, record_failure
from metrics.alerts.rules import SHOCK, SUSTAINED_DROP, AlertRule
from metrics.alerts.series import Series
from metrics.alerts.silence import acknowledge, snooze
from metrics.alerts.states import AlertState, StateName, Transition
from metrics.alerts.statuses import Health, Phase
from tests.metrics.alerts.months import (
    STEADY,
    Percent,
    closed,
    day_of,
    evaluated,
    month,
    month_by_month,
    ratio,
    series,
)
from tests.metrics.alerts.own_rules import drops

DROP = SUSTAINED_DROP
AT_ONCE = drops("3", rule_id="mine")
SMALL = closed("98", accounts=9)
DAY = timedelta(days=1)


def kinds(transitions: tuple[Transition, ...]) -> list[str]:
    return [str(transition.kind) for transition in transitions]


@pytest.mark.parametrize(
    ("rule", "months", "expected"),
    [
        pytest.param(AT_ONCE, ["99"], [["fired"]], id="one-month-is-enough"),
        pytest.param(DROP, ["100"], [["pending"]], id="the-first-of-two-months"),
        pytest.param(DROP, ["98", "98"], [["pending"], ["fired"]], id="the-second-of-two-months"),
        pytest.param(
            replace(DROP, for_periods=3),
            ["98", "98", "98"],
            [["pending"], ["pending"], ["fired"]],
            id="the-third-of-three-months",
        ),
        pytest.param(DROP, ["98", "102"], [["pending"], ["cleared"]], id="pending-and-back"),
        pytest.param(
            DROP,
            ["98", None, "98", "98"],
            [["pending"], ["stale"], [], ["fired"]],
            id="a-missing-month-breaks-the-row",
        ),
        pytest.param(
            DROP,
            ["98", SMALL, "98", "98"],
            [["pending"], ["insufficient"], [], ["fired"]],
            id="a-small-month-breaks-the-row",
        ),
        pytest.param(
            DROP,
            ["98", "98", None, None, "102"],
            [["pending"], ["fired"], ["stale"], [], ["resolved"]],
            id="a-missing-month-is-told-once-and-resolves-nothing",
        ),
        pytest.param(
            DROP,
            ["98", "98", SMALL, "100.5"],
            [["pending"], ["fired"], ["insufficient"], ["resolved"]],
            id="a-small-month-resolves-nothing",
        ),
        pytest.param(DROP, [None, None], [[], []], id="missing-months-with-nothing-open"),
        pytest.param(DROP, [SMALL, SMALL], [["insufficient"], []], id="small-months-listed-once"),
        pytest.param(
            DROP,
            ["98", "98", "98", "98"],
            [["pending"], ["fired"], ["reminder"], ["reminder"]],
            id="reminders",
        ),
        pytest.param(
            DROP,
            ["98", "98", "100.4"],
            [["pending"], ["fired"], []],
            id="no-reminder-between-threshold-and-recovery",
        ),
        pytest.param(
            DROP,
            ["98", "98", "96", "94.1", "94"],
            [["pending"], ["fired"], ["worse"], ["reminder"], ["reminder"]],
            id="two-points-below-what-was-told-last",
        ),
        pytest.param(
            DROP,
            ["98", "98", "100.5"],
            [["pending"], ["fired"], ["resolved"]],
            id="half-a-point-above-the-threshold",
        ),
        pytest.param(
            DROP,
            ["98", "98", "102", "98", "98"],
            [["pending"], ["fired"], ["resolved"], ["pending"], ["fired"]],
            id="a-second-episode",
        ),
        pytest.param(SHOCK, ["98", "98", "98"], [["fired"], [], []], id="a-shock-is-told-once"),
        pytest.param(
            SHOCK,
            [closed("102", cost="1"), "102"],
            [["fired"], []],
            id="what-one-account-did-neither-reminds-nor-recovers",
        ),
        pytest.param(
            SHOCK,
            [closed("102", cost="1"), closed("102", cost="1")],
            [["fired"], ["fired"]],
            id="each-month-of-an-account-is-an-event",
        ),
        pytest.param(
            SHOCK,
            ["98", closed("98", cost="1", account="globex"), "102"],
            [["fired"], ["worse"], ["resolved"]],
            id="an-account-is-news-within-a-drop-that-lasts",
        ),
        pytest.param(
            SHOCK,
            ["98", closed("102", cost="1"), "102"],
            [["fired"], ["resolved", "fired"], []],
            id="an-account-is-news-in-the-month-that-recovers",
        ),
        pytest.param(
            SHOCK,
            [closed("102", cost="1"), None],
            [["fired"], []],
            id="a-missing-month-ends-an-event",
        ),
        pytest.param(
            SHOCK,
            [closed("90", cost="1"), "91", closed("92", cost="1")],
            [["fired"], [], []],
            id="the-same-account-is-none-after-a-month-without-it",
        ),
    ],
)
def test_what_a_new_month_changes(
    rule: AlertRule, months: list[Percent], expected: list[list[str]]
) -> None:
    _, changes = month_by_month(rule, STEADY, months)

    assert [kinds(transitions) for transitions in changes] == expected


FIRED = (*STEADY, "98", "98")


def fired(rule: AlertRule = DROP) -> AlertState:
    return month_by_month(rule, STEADY, ["98", "98"])[0]


@pytest.mark.parametrize(
    ("months", "expected", "name"),
    [
        pytest.param((*STEADY, "98", "98.1"), [], "firing", id="still-low"),
        pytest.param((*STEADY, "98", "95.9"), ["worse"], "firing", id="worse-than-told"),
        pytest.param((*STEADY, "98", "101"), ["withdrawn"], "withdrawn", id="never-was"),
        pytest.param(
            (*STEADY, "102", "98"), ["withdrawn", "pending"], "pending", id="one-month-of-two"
        ),
        pytest.param(
            (*STEADY, "98", "102", "102"), ["withdrawn"], "withdrawn", id="restated-and-a-new-month"
        ),
        pytest.param((*FIRED, "102"), ["resolved"], "resolved", id="only-a-new-month"),
        pytest.param(
            (*STEADY, "102", "98", "98"), ["reminder"], "firing", id="the-same-drop-began-later"
        ),
        pytest.param(
            (*STEADY, "98", "102", "98", "98"),
            ["withdrawn", "fired"],
            "firing",
            id="another-drop-in-its-place",
        ),
        pytest.param(
            (*FIRED, "102", "98", "98"),
            ["resolved", "fired"],
            "firing",
            id="three-months-at-once",
        ),
    ],
)
def test_what_restated_and_new_months_change_while_it_fires(
    months: tuple[str, ...], expected: list[str], name: str
) -> None:
    state, transitions = evaluated(DROP, months, fired(), version=99, today=day_of(len(months)))

    assert kinds(transitions) == expected
    assert state.name == name


def test_an_alert_resolves_on_the_month_that_recovered() -> None:
    months = (*FIRED, "102", "98", "98")

    _, (resolved, fired_again) = evaluated(DROP, months, fired())

    assert resolved.period == month(10)
    assert resolved.verdict is not None
    assert resolved.verdict.value == ratio("102")
    assert (resolved.episode, fired_again.episode) == (1, 2)


def test_a_drop_that_lasts_when_the_first_import_comes_is_told() -> None:
    state, transitions = evaluated(DROP, (*FIRED, "98", "98"))

    assert kinds(transitions) == ["fired"]
    assert state.status.fired_in == month(9)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        pytest.param(["102"], ["listed"], id="one-month-old"),
        pytest.param(["102", "102"], ["listed"], id="two-months-old"),
        pytest.param(["102", "102", "102"], [], id="three-months-old"),
    ],
)
def test_an_old_month_restated_into_a_drop_is_a_line_in_the_digest_at_most(
    later: list[str], expected: list[str]
) -> None:
    quiet, _ = evaluated(DROP, [*STEADY, "98", "102", *later])

    state, transitions = evaluated(DROP, [*FIRED, *later], quiet, version=99)

    assert kinds(transitions) == expected
    assert (state.name, state.episode) == (StateName.INACTIVE, None)


def test_an_old_month_is_listed_once() -> None:
    state, _ = evaluated(DROP, [*FIRED, "102"])

    state, transitions = evaluated(DROP, [*FIRED, "102", "102"], state)

    assert transitions == ()


def test_a_drop_that_was_told_is_not_listed_when_it_is_restated() -> None:
    state, _ = evaluated(DROP, [*STEADY, "98", "98", "98"])

    _, transitions = evaluated(DROP, [*STEADY, "102", "98", "98", "102"], state)

    assert kinds(transitions) == ["resolved"]


def test_the_same_data_again_changes_nothing() -> None:
    state = fired()

    assert evaluated(DROP, FIRED, state, today=day_of(40)) == (state, ())


def test_older_data_changes_nothing() -> None:
    state = fired()

    assert evaluated(DROP, STEADY, state, version=3) == (state, ())


def test_a_rule_that_is_off_changes_nothing() -> None:
    off = replace(DROP, enabled=False)
    state = fired()

    assert evaluated(off, [*FIRED, "102"], state) == (state, ())


def test_an_edited_rule_is_evaluated_again_on_the_same_data() -> None:
    looser = replace(DROP, threshold=ratio("5"), version=2)

    state, transitions = evaluated(looser, FIRED, fired())

    assert kinds(transitions) == ["rule-changed"]
    assert (state.name, state.rule_version) == (StateName.WITHDRAWN, 2)


def test_how_an_episode_ended_is_shown_until_another_month_is_closed() -> None:
    over = [*FIRED, "102"]
    state, _ = evaluated(DROP, over, fired())

    same_month, _ = evaluated(DROP, over, state, version=99)
    next_month, _ = evaluated(DROP, [*over, "102"], same_month, version=100)

    assert [one.name for one in (state, same_month, next_month)] == [
        "resolved",
        "resolved",
        "inactive",
    ]


def test_an_event_that_is_restated_is_withdrawn() -> None:
    told, _ = evaluated(SHOCK, [*STEADY, closed("102", cost="1")])

    state, transitions = evaluated(SHOCK, [*STEADY, "102"], told, version=99)

    assert kinds(transitions) == ["withdrawn"]
    assert state.name is StateName.WITHDRAWN


def test_an_event_that_was_told_is_not_listed_later() -> None:
    state, _ = evaluated(SHOCK, [*STEADY, closed("102", cost="1")])

    state, first = evaluated(SHOCK, [*STEADY, closed("102", cost="1"), "102"], state)
    state, second = evaluated(SHOCK, [*STEADY, closed("102", cost="1"), "102", "102"], state)

    assert (first, second) == ((), ())
    assert state.name is StateName.INACTIVE


def test_an_event_in_an_older_month_is_a_line_in_the_digest() -> None:
    quiet, _ = evaluated(SHOCK, STEADY)

    _, transitions = evaluated(SHOCK, [*STEADY, closed("102", cost="1"), "102"], quiet)

    assert kinds(transitions) == ["listed"]


def test_of_two_events_that_come_at_once_the_older_one_is_listed() -> None:
    quiet, _ = evaluated(SHOCK, STEADY)
    both: list[Percent] = [
        *STEADY,
        closed("102", cost="1"),
        closed("102", cost="2", account="globex"),
    ]

    state, transitions = evaluated(SHOCK, both, quiet)

    assert [(str(one.kind), one.period) for one in transitions] == [
        ("fired", month(9)),
        ("listed", month(8)),
    ]
    assert evaluated(SHOCK, both, state, version=99)[1] == ()


def test_months_that_are_opened_again_withdraw_what_fired_in_them() -> None:
    state, transitions = evaluated(DROP, [*STEADY, "98"], fired(), version=99)

    assert kinds(transitions) == ["withdrawn", "pending"]
    assert state.closed_through == month(8)


def test_reminders_keep_their_own_cadence() -> None:
    state = fired()
    told_on = day_of(len(FIRED))

    early, nothing = evaluated(DROP, FIRED, state, version=98, today=told_on + 27 * DAY)
    _, due = evaluated(DROP, FIRED, early, version=99, today=told_on + 28 * DAY)

    assert (kinds(nothing), kinds(due)) == ([], ["reminder"])


def test_notices_of_an_episode_are_numbered() -> None:
    _, changes = month_by_month(DROP, STEADY, ["98", "98", "98", "95", "95"])

    assert [(one.episode, one.n) for change in changes[1:] for one in change] == [
        (1, 0),
        (1, 1),
        (1, 2),
        (1, 3),
    ]


def test_an_acknowledged_alert_is_silent_until_it_becomes_worse() -> None:
    state = acknowledge(fired())

    state, silent = evaluated(DROP, [*FIRED, "98"], state)
    _, loud = evaluated(DROP, [*FIRED, "98", "96"], state)

    assert (kinds(silent), kinds(loud)) == ([], ["worse"])


def test_an_acknowledged_alert_says_that_it_is_over() -> None:
    _, transitions = evaluated(DROP, [*FIRED, "102"], acknowledge(fired()))

    assert kinds(transitions) == ["resolved"]


def test_an_acknowledgement_is_for_one_episode() -> None:
    state, _ = evaluated(DROP, [*FIRED, "102", "98", "98"], acknowledge(fired()))

    assert state.episode is not None
    assert not state.episode.is_acknowledged


def test_a_snoozed_alert_waits_and_then_says_what_became_worse() -> None:
    until = day_of(12)
    state = snooze(fired(), until=until, today=until - 31 * DAY)

    state, silent = evaluated(DROP, [*FIRED, "96"], state, today=until - DAY)
    _, loud = evaluated(DROP, [*FIRED, "96", "96"], state, today=until)

    assert (kinds(silent), kinds(loud)) == ([], ["worse"])


def test_a_snooze_never_hides_that_it_is_over() -> None:
    today = day_of(11)
    state = snooze(fired(), until=today + 9 * DAY, today=today)

    _, transitions = evaluated(DROP, [*FIRED, "102"], state, today=today)

    assert kinds(transitions) == ["resolved"]


def test_a_failure_is_told_once_and_read_as_an_error() -> None:
    state, first = record_failure(DROP, fired(), data_version=99)
    again, second = record_failure(DROP, state, data_version=100)

    assert (kinds(first), second) == (["error"], ())
    assert again.name is StateName.ERROR
    assert again.status.phase is Phase.FIRING


def test_what_failed_is_evaluated_when_it_can_be() -> None:
    state, _ = record_failure(DROP, fired(), data_version=99)

    state, transitions = evaluated(DROP, [*FIRED, "102"], state, version=99)

    assert kinds(transitions) == ["resolved"]
    assert not state.has_failed


def test_a_failure_on_data_that_was_evaluated_is_none() -> None:
    state = fired()

    assert record_failure(DROP, state, data_version=len(FIRED)) == (state, ())


def test_missing_data_comes_before_what_the_last_month_said() -> None:
    state, _ = evaluated(DROP, [*FIRED, None], fired())

    assert (state.name, state.status.phase) == (StateName.STALE, Phase.FIRING)


def test_a_drop_among_too_few_accounts_is_never_told() -> None:
    state, transitions = evaluated(DROP, [*FIRED, SMALL])

    assert kinds(transitions) == ["insufficient"]
    assert (state.name, state.episode) == (StateName.INSUFFICIENT, None)


def test_an_open_episode_can_be_announced_to_whoever_missed_it() -> None:
    state, transitions = evaluated(DROP, FIRED)

    assert [firing_transition(DROP, state)] == list(transitions)


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(AlertState(), id="nothing-open"),
        pytest.param(evaluated(DROP, [*FIRED, None], fired())[0], id="missing-data"),
        pytest.param(record_failure(DROP, fired(), data_version=99)[0], id="failed"),
    ],
)
def test_nothing_is_announced_on_figures_that_are_not_there(state: AlertState) -> None:
    assert firing_transition(DROP, state) is None


def test_a_scope_without_any_month_is_stale() -> None:
    nothing = Series(months={}, closed_through=month(3))

    state, transitions = evaluate(DROP, nothing, AlertState(), data_version=1, today=day_of(4))

    assert (state.status.health, transitions) == (Health.STALE, ())


def test_months_after_the_last_closed_one_are_not_looked_at() -> None:
    opened = replace(series(FIRED), closed_through=month(8))

    state, _ = evaluate(DROP, opened, AlertState(), data_version=1, today=day_of(9))

    assert state.name is StateName.PENDING


def test_each_recipient_has_a_key_of_their_own_for_each_notice() -> None:
    _, (one,) = evaluated(DROP, FIRED)
    _, (other,) = evaluated(DROP, [*FIRED, "98"], fired())

    keys = {notice.dedupe_key(person) for notice in (one, other) for person in ("U1", "U2")}

    assert len(keys) == 4
    assert one.dedupe_key("U1") == f"alert:{DROP.fingerprint}:1:fired:0:U1"
