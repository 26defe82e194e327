import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from metrics.alerts.rules import FLOOR, METRIC_DEFINITIONS, SHOCK, SUSTAINED_DROP, AlertRule, Window
from metrics.alerts.states import AlertState, StateName, TransitionKind
from metrics.alerts.verdicts import Half
from storage.alerts.notices import to_notify
from storage.alerts.states import Evaluated, count_by_state, evaluate_once, fail_once, read_alerts
from storage.store.engine import Store
from storage.tables.alerts import AlertStateRow, AlertTransitionRow
from tests.metrics.alerts.months import STEADY, Percent, closed, series
from tests.storage.stores import contents, execute

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
TODAY = date(2026, 11, 21)
RULE = SUSTAINED_DROP.over((("segment", "Großkunden"),))
DROP = (*STEADY, "98", "98")


def evaluated(
    store: Store, months: Sequence[Percent], *, version: int, rule: AlertRule = RULE
) -> Evaluated:
    with store.write(ledger=False) as session:
        return evaluate_once(
            session, rule, series(months), data_version=version, today=TODAY, now=NOW
        )


def failed(store: Store, *, version: int) -> Evaluated:
    with store.write(ledger=False) as session:
        return fail_once(session, RULE, data_version=version, now=NOW)


def stored_state(store: Store) -> AlertState:
    with store.read() as session:
        return read_alerts(session)[RULE.fingerprint].state


def kinds(evaluation: Evaluated) -> list[TransitionKind]:
    return [transition.kind for transition in evaluation[1]]


def test_what_an_evaluation_left_is_read_again_as_it_was(store: Store) -> None:
    state, _ = evaluated(store, DROP, version=4)

    with store.read() as session:
        [stored] = read_alerts(session).values()
    assert (stored.rule_id, stored.scope) == ("sustained-drop", (("segment", "Großkunden"),))
    assert stored.state == state
    assert state.name is StateName.FIRING


def test_a_state_is_stored_under_the_keys_of_the_first_version(store: Store) -> None:
    evaluated(store, DROP, version=4)

    with store.read() as session:
        stored = json.loads(session.scalars(select(col(AlertStateRow.state_json))).one())
    assert list(stored) == [
        *("data_version", "rule_version", "closed_through", "standing", "episode", "episodes"),
        *("ended", "seen", "has_failed", "snoozed_until"),
    ]
    assert list(stored["standing"]) == ["run", "month", "verdict", "health"]


def test_what_changed_is_written_down_in_exact_ratios(store: Store) -> None:
    evaluated(store, DROP, version=4)

    with store.read() as session:
        row = session.scalars(select(AlertTransitionRow)).one()
        assert (row.kind, row.episode, row.data_version, row.at) == ("fired", 1, 4, NOW)
        assert (row.value, row.baseline, row.threshold) == ("49/50", "51/50", "1/50")
        assert (row.period, row.account) == (date(2025, 10, 1), None)


def test_an_account_that_breached_alone_is_written_down(store: Store) -> None:
    evaluated(store, [closed("102", cost="1", account="acme")], version=1, rule=SHOCK)

    with store.read() as session:
        assert session.scalars(select(col(AlertTransitionRow.account))).all() == ["acme"]


def test_the_window_and_the_half_that_fired_are_written_down(store: Store) -> None:
    evaluated(store, [closed("102", cost="1")], version=1, rule=SHOCK)
    evaluated(store, [closed("80")], version=1, rule=FLOOR)

    with store.read() as session:
        columns = select(col(AlertTransitionRow.window), col(AlertTransitionRow.half))
        found = [tuple(row) for row in session.execute(columns.order_by("window"))]
        told = {
            one.verdict.window: one.verdict.half
            for one in to_notify(session).values()
            if one.verdict
        }

    assert found == [("month", "account"), ("twelve-months", None)]
    assert told == {Window.MONTH: Half.ACCOUNT, Window.YEAR: None}


def test_what_older_definitions_said_is_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr("metrics.alerts.rules.METRIC_DEFINITIONS", METRIC_DEFINITIONS - 1)
        evaluated(store, DROP, version=4)

    with store.read() as session:
        assert read_alerts(session) == {}
        assert count_by_state(session) == {}
    assert [str(one.kind) for one in evaluated(store, DROP, version=4)[1]] == ["fired"]


def test_the_same_data_again_is_a_no_op(store: Store) -> None:
    state, _ = evaluated(store, DROP, version=4)
    before = contents(store)

    again = evaluated(store, STEADY, version=4)

    assert again == (state, ())
    assert contents(store) == before


def test_older_data_that_comes_late_changes_nothing(store: Store) -> None:
    state, _ = evaluated(store, DROP, version=4)

    assert evaluated(store, STEADY, version=3) == (state, ())


def test_an_edited_rule_is_evaluated_on_the_same_data(store: Store) -> None:
    evaluated(store, DROP, version=4)

    edited = replace(RULE, threshold=Fraction(5, 100), version=2)
    evaluation = evaluated(store, DROP, version=4, rule=edited)

    assert kinds(evaluation) == [TransitionKind.RULE_CHANGED]
    assert stored_state(store) == evaluation[0]


def test_months_one_by_one_leave_the_standing_of_all_at_once(store: Store) -> None:
    for count in range(1, len(DROP) + 1):
        evaluated(store, DROP[:count], version=count)
    one_by_one = stored_state(store)

    at_once, _ = evaluated(store, DROP, version=1, rule=replace(RULE, rule_id="another"))

    assert one_by_one.status == at_once.status
    assert one_by_one.episode == at_once.episode


def test_a_failure_is_written_down_once_and_mended_by_the_next_evaluation(store: Store) -> None:
    evaluated(store, STEADY, version=1)

    assert kinds(failed(store, version=2)) == [TransitionKind.ERROR]
    assert kinds(failed(store, version=2)) == []
    assert stored_state(store).name is StateName.ERROR

    assert evaluated(store, STEADY, version=2)[0].name is StateName.INACTIVE
    assert kinds(failed(store, version=2)) == []
    assert stored_state(store).name is StateName.INACTIVE


@pytest.mark.parametrize(
    "statement", ["UPDATE alert_transition SET value = '1'", "DELETE FROM alert_transition"]
)
def test_nobody_rewrites_what_changed(store: Store, statement: str) -> None:
    evaluated(store, DROP, version=4)

    with pytest.raises(DBAPIError, match="append only"):
        execute(store, statement)

    assert contents(store)["alert_transition"] == 1
