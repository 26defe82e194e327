"""Alerts from imported movements, on both kinds of store."""

import io
from dataclasses import replace
from datetime import date

import pytest

from bot.alerts.rules.document import alerts_json
from bot.alerts.rules.report import AlertReport, news_of, state_name
from bot.alerts.rules.wording.rows import alert_grid
from metrics.alerts.evaluation import evaluate
from metrics.alerts.rules import DEFAULT_RULES, AlertRule
from metrics.alerts.series import Series
from metrics.alerts.states import AlertState, StateName, Transition, TransitionKind
from metrics.alerts.statuses import MonthStatus
from metrics.errors import ReconciliationError
from metrics.rollup import Scope
from storage.alerts.rules import add, set_enabled
from storage.errors import EmptyLedgerError, StoreBusyError
from storage.store.engine import Store
from storage.warehouse.connection import Warehouse
from tests.bot.small_company import NOW, TODAY
from tests.bot.watching import evaluator_on
from tests.metrics.alerts.own_rules import below
from tests.storage.courses import DROP, STEADY, correction, course, month
from tests.storage.stores import Template, contents, execute, import_text, rows, url_of
from tests.storage.warehouses import publish

COMPANY: Scope = ()
SMB: Scope = (("segment", "smb"),)
ENTERPRISE: Scope = (("segment", "enterprise"),)
WRONG = "UPDATE control_total SET amount_minor = amount_minor {} WHERE month = '2025-03-01'"
ON_SQLITE = pytest.mark.parametrize("any_template", ["sqlite"], indirect=True)
FIRED, WITHDRAWN = TransitionKind.FIRED, TransitionKind.WITHDRAWN


@pytest.fixture
def store(any_store: Store) -> Store:
    return any_store


def run(store: Store) -> AlertReport:
    return evaluator_on(store).evaluate(today=TODAY)


def shown(report: AlertReport) -> dict[tuple[str, Scope], tuple[str, TransitionKind | None]]:
    """What stands and what is new, for each rule and scope that is not fine."""
    return {
        (alert.rule.rule_id, alert.rule.scope): (state_name(alert), news_of(alert))
        for alert in report.noteworthy().alerts
    }


def statuses(store: Store) -> dict[tuple[str, Scope], MonthStatus]:
    return {
        (alert.rule.rule_id, alert.rule.scope): alert.state.status
        for alert in evaluator_on(store).listed().alerts
    }


def own_rule(store: Store, scope: Scope = SMB, floor: str = "105") -> AlertRule:
    with store.write(ledger=False) as session:
        return add(session, below(floor, scope), now=NOW).rule


def test_a_lasting_drop_fires_on_the_first_import(store: Store) -> None:
    import_text(store, course(enterprise=DROP, smb=["102"] * 8), closed_through=month(8))

    report = run(store)

    document = alerts_json(report.noteworthy())
    assert document["data_version"] == 1
    [drop] = [
        entry
        for entry in document["alerts"]
        if entry["rule"] == "sustained-drop" and entry["scope"]
    ]
    assert drop == {
        "rule": "sustained-drop",
        "scope": {"segment": "enterprise"},
        "window": "month",
        "period": "2025-08",
        "state": "firing",
        "transition": "fired",
        "value": "0.980000",
        "baseline": "1.020000",
        "threshold": "0.020000",
        "half": None,
        "finding": "monthly NRR 98.0%, below 100.0% since Jul 2025",
    }
    scopes = {alert.rule.scope for alert in report.alerts}
    assert scopes == {COMPANY, ENTERPRISE, SMB}
    assert len(report.alerts) == len(scopes) * len(DEFAULT_RULES)


def test_a_second_run_is_a_no_op(store: Store) -> None:
    import_text(store, course(enterprise=DROP), closed_through=month(8))
    first = run(store)
    before = contents(store)

    second = run(store)

    assert [alert.state for alert in second.alerts] == [alert.state for alert in first.alerts]
    assert not any(alert.transitions for alert in second.alerts)
    assert contents(store) == before


@ON_SQLITE
def test_what_was_evaluated_is_not_read_again_nor_a_segment_without_a_base(store: Store) -> None:
    import_text(store, course(smb=DROP))
    import_text(store, correction("micro-00", 9, 100), closed_through=month(8))
    first = run(store)
    execute(store, WRONG.format("+ 1"))

    second = run(store)

    assert {alert.rule.scope for alert in first.alerts} == {COMPANY, SMB}
    assert [alert.state for alert in second.alerts] == [alert.state for alert in first.alerts]
    segments = len({"company", "smb", "micro", "(none)"})
    assert contents(store)["alert_evaluation"] == segments * len(DEFAULT_RULES)


def test_how_the_data_came_does_not_matter_to_how_alerts_stand(
    store: Store, any_template: Template
) -> None:
    for since, until in ((0, 5), (5, 7), (7, 8)):
        files = course(since=since, until=until, smb=DROP, enterprise=STEADY + STEADY)
        import_text(store, files, closed_through=month(until))
        run(store)

    with any_template.fresh() as other:
        import_text(other, course(smb=DROP))
        for since, until in ((0, 5), (5, 8)):
            import_text(other, course(enterprise=STEADY + STEADY, since=since, until=until))
            run(other)
        import_text(other, course(smb=DROP, until=1), closed_through=month(8))
        run(other)

        assert statuses(store) == statuses(other)
    assert shown(run(store))["sustained-drop", SMB] == (StateName.FIRING, None)


def test_a_month_that_is_restated_withdraws_what_it_fired(store: Store) -> None:
    import_text(store, course(smb=DROP), closed_through=month(8))
    assert shown(run(store))["sustained-drop", SMB] == (StateName.FIRING, FIRED)

    import_text(store, correction("smb-00", 7, 60_000))
    corrected = shown(run(store))

    assert corrected["sustained-drop", SMB] == (StateName.WITHDRAWN, WITHDRAWN)
    assert shown(run(store))["sustained-drop", SMB] == (StateName.WITHDRAWN, None)
    kinds = [kind for (kind,) in rows(store, "SELECT DISTINCT kind FROM alert_transition")]
    assert "resolved" not in kinds


@ON_SQLITE
def test_with_less_than_eight_months_only_single_accounts_and_monthly_levels_fire(
    store: Store,
) -> None:
    own = own_rule(store)
    import_text(store, course(smb=[*STEADY[:3], "98", "89"]), closed_through=month(5))
    import_text(store, correction("smb-00", -1, 400_000))  # more than three times the average
    import_text(store, correction("smb-00", 4, -100_000))

    found = shown(run(store))

    assert found.pop((own.rule_id, SMB)) == (StateName.FIRING, FIRED)
    assert found == {
        (rule, scope): stands
        for rule, stands in {
            "shock": (StateName.FIRING, FIRED),
            "floor": (StateName.NO_BASE, None),
            "masking": (StateName.NO_BASE, None),
        }.items()
        for scope in (COMPANY, SMB)
    }


@ON_SQLITE
def test_a_level_needs_an_opening_base_twelve_months_back(store: Store) -> None:
    bleeding = ["97"] * 13  # 97 % a month is 69.4 % a year
    import_text(store, course(smb=bleeding, until=11), closed_through=month(11))
    eleven = shown(run(store))
    import_text(store, course(smb=bleeding, since=11, until=12), closed_through=month(12))
    twelve = shown(run(store))

    assert eleven["floor", SMB] == (StateName.NO_BASE, None)
    assert twelve["floor", SMB] == (StateName.FIRING, FIRED)
    verdict = statuses(store)["floor", SMB].verdict
    assert verdict is not None
    assert f"{float(verdict.value):.3f}" == "0.694"


@ON_SQLITE
def test_five_accounts_are_too_few_and_never_fire(store: Store) -> None:
    course_of_five = course(accounts=5, smb=[*["102"] * 12, "60", "50"])
    import_text(store, course_of_five, closed_through=month(14))

    first = run(store)

    found = shown(first)
    assert {state for state, _ in found.values()} == {StateName.INSUFFICIENT}
    assert len(found) == 2 * len(DEFAULT_RULES)
    report = run(store)
    entry = alerts_json(report)["alerts"][0]
    assert (entry["period"], entry["value"]) == ("2026-02", None)
    for told in (first, report):  # the word that is news is said once, too
        row = alert_grid(told).rows[0]
        assert row == ("sustained-drop, company", *["n/a"] * 3, "insufficient")


@ON_SQLITE
def test_an_empty_ledger_is_said_to_be_empty(store: Store) -> None:
    with pytest.raises(EmptyLedgerError):
        run(store)

    document = alerts_json(evaluator_on(store).listed())
    assert document == {"data_version": None, "evaluated": False, "alerts": []}


@ON_SQLITE
def test_nothing_is_evaluated_before_a_month_is_closed(store: Store) -> None:
    own_rule(store)
    import_text(store, course(smb=DROP))

    report = run(store)

    assert (report.data_version, report.alerts) == (1, ())
    assert report.last_month is None
    assert contents(store)["alert_state"] == 0


@ON_SQLITE
def test_a_report_says_up_to_which_month_it_is(store: Store) -> None:
    import_text(store, course(smb=DROP), closed_through=month(8))

    assert evaluator_on(store).listed().last_month is None
    assert run(store).noteworthy().last_month == month(7)
    assert evaluator_on(store).listed().last_month == month(7)


@ON_SQLITE
def test_without_the_main_dimension_only_the_company_is_watched(store: Store) -> None:
    import_text(store, course(smb=DROP), closed_through=month(8))

    report = evaluator_on(store, dimension="planet").evaluate(today=TODAY)

    assert {alert.rule.scope for alert in report.alerts} == {COMPANY}


@ON_SQLITE
def test_a_rule_of_ones_own_watches_its_scope_alone(store: Store) -> None:
    rule = own_rule(store)
    nobody = own_rule(store, scope=(("segment", "nobody"),))
    import_text(store, course(smb=["102"], enterprise=["102"]), closed_through=month(1))

    report = run(store)

    own = {rule.rule_id, nobody.rule_id}
    assert {key: stands for key, stands in shown(report).items() if key[0] in own} == {
        (rule.rule_id, SMB): (StateName.FIRING, FIRED),
        (nobody.rule_id, nobody.scope): (StateName.STALE, None),
    }


@ON_SQLITE
def test_a_paused_rule_is_not_evaluated_and_keeps_how_it_stood(store: Store) -> None:
    import_text(store, course(smb=DROP, until=7), closed_through=month(7))
    run(store)
    with store.write(ledger=False) as session:
        set_enabled(session, "sustained-drop", is_enabled=False, now=NOW)

    import_text(store, course(smb=DROP, since=7), closed_through=month(8))
    report = run(store)

    states = {
        state_name(alert) for alert in report.alerts if alert.rule.rule_id == "sustained-drop"
    }
    assert states == {"paused"}
    assert ("sustained-drop", SMB) not in shown(report)
    with store.write(ledger=False) as session:
        set_enabled(session, "sustained-drop", is_enabled=True, now=NOW)
    assert shown(run(store))["sustained-drop", SMB] == (StateName.FIRING, FIRED)


def test_a_rule_that_fails_stands_as_failed_and_the_others_go_on(
    store: Store, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    def fail_for_smb(
        rule: AlertRule, series: Series, state: AlertState, *, data_version: int, today: date
    ) -> tuple[AlertState, tuple[Transition, ...]]:
        if (rule.rule_id, rule.scope) == ("floor", SMB):
            raise ArithmeticError("acme")
        return evaluate(rule, series, state, data_version=data_version, today=today)

    import_text(store, course(smb=DROP), closed_through=month(8))
    with monkeypatch.context() as broken:
        broken.setattr("storage.alerts.states.evaluate", fail_for_smb)
        found = shown(run(store))
        again = shown(run(store))

    assert found["floor", SMB] == (StateName.ERROR, TransitionKind.ERROR)
    assert again["floor", SMB] == (StateName.ERROR, None)
    assert found["sustained-drop", SMB] == (StateName.FIRING, FIRED)
    assert "an alert could not be evaluated" in log.getvalue()
    assert "acme" not in log.getvalue()
    assert shown(run(store))["floor", SMB] == (StateName.NO_BASE, None)


def test_figures_that_do_not_add_up_fail_every_alert_until_they_do(store: Store) -> None:
    own = own_rule(store)
    import_text(store, course(smb=DROP, until=7), closed_through=month(7))
    run(store)
    import_text(store, course(smb=DROP, since=7), closed_through=month(8))
    execute(store, WRONG.format("+ 1"))
    failed = shown(run(store))
    execute(store, WRONG.format("- 1"))
    mended = shown(run(store))

    assert set(failed.values()) == {(StateName.ERROR, TransitionKind.ERROR)}
    assert len(failed) == 1 + 2 * len(DEFAULT_RULES)
    assert mended["sustained-drop", SMB] == (StateName.FIRING, FIRED)
    assert mended[own.rule_id, SMB] == (StateName.FIRING, None)


@ON_SQLITE
def test_months_that_cannot_be_read_before_their_close_leave_the_closed_ones(
    store: Store, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ReconciliationError

    import_text(store, course(smb=DROP), closed_through=month(8))
    monkeypatch.setattr("bot.alerts.evaluating.find_ahead", refuse)

    assert shown(run(store))["sustained-drop", SMB] == (StateName.FIRING, FIRED)
    assert "not closed yet could not be read" in log.getvalue()


@ON_SQLITE
@pytest.mark.parametrize("at", ["read_series", "evaluate_once"])
def test_a_busy_store_is_no_failure_of_a_rule(
    store: Store, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StoreBusyError

    import_text(store, course(smb=DROP), closed_through=month(8))
    with monkeypatch.context() as broken:
        broken.setattr(f"bot.alerts.evaluating.{at}", refuse)
        with pytest.raises(StoreBusyError):
            run(store)

    assert contents(store)["alert_state"] == 0


@ON_SQLITE
def test_the_list_has_everything_as_it_stood_and_nothing_new(store: Store) -> None:
    own = own_rule(store)
    import_text(store, course(smb=DROP), closed_through=month(8))
    assert [alert.rule for alert in evaluator_on(store).listed().alerts] == [own]
    evaluated = run(store)

    listed = evaluator_on(store).listed()

    assert [(alert.rule, alert.state) for alert in listed.alerts] == [
        (alert.rule, alert.state) for alert in evaluated.alerts
    ]
    assert not any(alert.transitions for alert in listed.alerts)
    assert listed.data_version == 1
    assert len(evaluator_on(store, dimension="plan").listed().alerts) == len(DEFAULT_RULES) + 1


@ON_SQLITE
def test_alerts_on_a_warehouse_are_those_on_a_ledger_of_ones_own(
    store: Store, any_template: Template
) -> None:
    import_text(store, course(smb=DROP, enterprise=["102"] * 8))
    import_text(store, correction("enterprise-03", 7, -40_000), closed_through=month(8))
    publish(store)

    with any_template.fresh() as beside:
        evaluator = evaluator_on(beside, warehouse=Warehouse(url_of(store)))
        found = evaluator.evaluate(today=TODAY)
        again = evaluator.evaluate(today=TODAY)

    assert found == run(store)
    assert [alert.state for alert in again.alerts] == [alert.state for alert in found.alerts]


@ON_SQLITE
def test_what_fires_anew_is_told_before_what_it_was(store: Store) -> None:
    import_text(store, course(smb=DROP), closed_through=month(8))
    alert = run(store).noteworthy().alerts[0]
    [fired] = alert.transitions

    both = replace(alert, transitions=(replace(fired, kind=TransitionKind.RESOLVED), fired))

    assert news_of(both) is FIRED
