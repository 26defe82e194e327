from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from bot.alerts.rules.list_message import MOST_LISTED, alert_list
from bot.alerts.rules.wording.sentences import MOST_ALERTS, ListedAlert, ListedRule
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import FLOOR, SHOCK, SUSTAINED_DROP, AlertRule, RuleKind, Window
from metrics.alerts.states import AlertState
from metrics.alerts.statuses import BreachStreak, Health, MonthStatus
from metrics.alerts.verdicts import Verdict
from metrics.rollup import Scope
from storage.alerts.actions import AlertAction
from storage.alerts.rules import OWNERS, RuleRecord
from tests.bot.sample_answers import HOSTILE_NAME
from tests.slack.block_kit import find_errors

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
MONTH = date(2026, 10, 1)
RUN = BreachStreak(began=MONTH, through=MONTH, months=1, against=None, fired_in=MONTH)
OWN = AlertRule(
    rule_id="rule-3",
    kind=RuleKind.FLOOR,
    threshold=Fraction(105, 100),
    scope=(("segment", "enterprise"),),
)


def alert(rule: AlertRule, *, run: BreachStreak | None = None, value: str = "0.98") -> ListedAlert:
    status = MonthStatus(run=run, month=MONTH, verdict=Verdict(value=Fraction(value)))
    state = AlertState(
        data_version=1, rule_version=rule.version, closed_through=MONTH, status=status
    )
    return ListedAlert(alert=Alert(rule=rule, state=state, recipients=()))


def rule(known: AlertRule, *alerts: ListedAlert, to: tuple[str, ...] = ()) -> ListedRule:
    record = RuleRecord(rule=known, owner_id="U1", recipients=to)
    return ListedRule(record=record, alerts=alerts or (alert(known),))


def said(*listed: ListedRule) -> list[str]:
    message = alert_list(listed, asker="U1", today=TODAY)
    assert find_errors(list(message.blocks)) == []
    return message.text.splitlines()[1:]


def segments(count: int, known: AlertRule, run: BreachStreak | None) -> tuple[ListedAlert, ...]:
    scopes: list[Scope] = [(("segment", f"s{number}"),) for number in range(count)]
    return tuple(alert(known.over(scope), run=run) for scope in scopes)


def test_what_fires_comes_first_and_what_is_paused_last() -> None:
    off = replace(SUSTAINED_DROP, enabled=False)
    firing = rule(OWN, alert(OWN, run=RUN))

    lines = said(rule(off, alert(off, run=RUN)), rule(FLOOR), firing)

    titles = [line.partition(":")[0] for line in lines if line[:1] not in "\u2022GN"]
    assert titles == ["3", "floor", "sustained-drop (paused)"]
    assert lines[-2] == "Goes to: the administrators; not evaluated while it is paused."


def test_scopes_that_are_fine_share_a_line_and_the_others_have_their_own() -> None:
    alerts = (*segments(2, SHOCK, None), alert(SHOCK, run=RUN))

    lines = said(rule(SHOCK, *alerts))

    assert lines[1:3] == [
        "\u2022 company: firing since 2026-10, monthly NRR 98.0% in 2026-10",
        "\u2022 inactive, monthly NRR 2026-10: s0 98.0%, s1 98.0%",
    ]


def test_a_quarterly_rule_is_evaluated_next_when_its_quarter_ends() -> None:
    quarterly = replace(OWN, window=Window.QUARTER)

    assert said(rule(quarterly))[-2].endswith("evaluated next when 2026-12 is closed by an import.")
    assert said(rule(OWN))[-2].endswith("evaluated next when 2026-11 is closed by an import.")


def test_a_segment_without_a_base_twelve_months_back_says_so() -> None:
    young = alert(FLOOR)
    state = replace(young.alert.state, status=MonthStatus(health=Health.NO_BASE))

    lines = said(rule(FLOOR, replace(young, alert=replace(young.alert, state=state))))

    assert lines[1] == "\u2022 no opening MRR twelve months back: company"


def test_a_segment_with_too_few_accounts_says_so_without_a_ratio() -> None:
    few = alert(FLOOR)
    state = replace(few.alert.state, status=MonthStatus(health=Health.INSUFFICIENT))

    lines = said(rule(FLOOR, replace(few, alert=replace(few.alert, state=state))))

    assert lines[1] == "\u2022 company: insufficient"


@pytest.mark.parametrize("run", [None, RUN], ids=["fine", "firing"])
def test_what_there_is_no_room_for_is_counted(run: BreachStreak | None) -> None:
    lines = said(rule(FLOOR, *segments(MOST_ALERTS + 5, FLOOR, run)))

    assert any("and 5 more" in line for line in lines)


def test_however_many_rules_there_are_slack_takes_the_list() -> None:
    rules = [
        rule(replace(OWN, rule_id=f"rule-{number}", scope=((HOSTILE_NAME, HOSTILE_NAME),)))
        for number in range(MOST_LISTED + 7)
    ]

    lines = said(*rules)

    assert "And 7 more." in lines


def test_nothing_out_of_the_ledger_can_ping_or_format() -> None:
    hostile = OWN.over((("segment", "<!channel> *x* <@U9>"),))
    until = date(2026, 12, 1)
    action = AlertAction(user_id="U1", at=NOW, until=until, reason="<!here> `x`")
    snoozed = replace(alert(hostile), snooze=action)
    state = replace(snoozed.alert.state, snoozed_until=until)
    snoozed = replace(snoozed, alert=replace(snoozed.alert, state=state))

    text = "\n".join(said(rule(hostile, snoozed)))

    for markup in ("<!", "<@U9", "*", "`"):
        assert markup not in text


def test_who_hears_is_named_as_slack_shows_people_and_channels() -> None:
    message = alert_list([rule(OWN, to=("U1", "U2", "C3", OWNERS))], asker="U1", today=TODAY)

    assert "Goes to: you, <@U2>, <#C3>, the owners of the accounts" in message.text
    pieces = message.blocks[1]["elements"][-1]["elements"]
    assert {"type": "user", "user_id": "U2"} in pieces
    assert {"type": "channel", "channel_id": "C3"} in pieces
