from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from bot.alerts.rules.list_message import MOST_FIRING, MOST_LISTED, alert_list
from bot.alerts.rules.wording.sentences import MOST_ALERTS, ListedAlert, ListedRule
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import FLOOR, SHOCK, SUSTAINED_DROP, AlertRule, RuleKind, Window
from metrics.alerts.states import AlertState, Episode
from metrics.alerts.statuses import BreachStreak, Health, MonthStatus
from metrics.alerts.verdicts import Verdict
from metrics.rollup import Scope
from storage.alerts.actions import AlertAction
from storage.alerts.rules import OWNERS, RuleRecord
from tests.bot.sample_answers import HOSTILE_NAME
from tests.metrics.alerts.own_rules import below
from tests.slack.block_kit import find_errors

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
MONTH = date(2026, 10, 1)
RUN = BreachStreak(began=MONTH, through=MONTH, months=1, against=None, fired_in=MONTH)
OWN = below("105", (("segment", "enterprise"),), rule_id="rule-3")


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


def test_what_fires_stands_first_and_apart_with_its_buttons_and_what_is_paused_last() -> None:
    off = replace(SUSTAINED_DROP, enabled=False)
    firing = replace(alert(OWN, run=RUN), alert=open_alert(alert(OWN, run=RUN).alert))

    message = alert_list(
        [rule(off, alert(off, run=RUN)), rule(FLOOR), rule(OWN, firing)], asker="U1", today=TODAY
    )

    labels = [line.partition(":")[0] for line in message.text.splitlines()]
    assert labels == [
        "1 alert fires",
        "3, enterprise",
        "floor",
        "3",
        "sustained-drop (paused)",
        "New",
    ]
    [row] = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    assert [button["action_id"] for button in row] == ["alert_acknowledge", "alert_snooze"]
    assert find_errors(list(message.blocks)) == []


def open_alert(known: Alert) -> Alert:
    episode = Episode(
        number=1, fired_in=MONTH, told_value=Fraction(1), told_account=None, told_on=MONTH
    )
    return replace(known, state=replace(known.state, episode=episode, episodes=1))


def test_quiet_default_rules_take_one_line_each_and_a_level_has_its_value_now() -> None:
    lines = said(rule(SHOCK, *segments(2, SHOCK, None)), rule(OWN))

    assert lines[0].startswith("shock: one month at least 3.5 points below usual, or one account")
    assert lines[0].endswith("; quiet: s0, s1")
    assert lines[1] == "3: monthly NRR of enterprise below 105%; now 98.0%"


def test_a_segment_without_a_base_twelve_months_back_says_so() -> None:
    young = alert(FLOOR)
    state = replace(young.alert.state, status=MonthStatus(health=Health.NO_BASE))

    lines = said(rule(FLOOR, replace(young, alert=replace(young.alert, state=state))))

    assert lines[0] == "floor: 12-month GRR below 90%; no MRR 12 closed months back: company"


def test_a_segment_with_too_few_accounts_says_so_without_a_ratio() -> None:
    few = alert(FLOOR)
    state = replace(few.alert.state, status=MonthStatus(health=Health.INSUFFICIENT))

    lines = said(rule(FLOOR, replace(few, alert=replace(few.alert, state=state))))

    assert lines[0] == "floor: 12-month GRR below 90%; fewer than 10 accounts: company"


@pytest.mark.parametrize(
    ("known", "there", "needed"),
    [
        (replace(OWN, kind=RuleKind.POINT_DROP), 5, "8 closed months"),
        (replace(OWN, window=Window.YEAR), 7, "12 closed months"),
    ],
)
def test_a_rule_without_enough_months_says_how_many_there_are_and_are_needed(
    known: AlertRule, there: int, needed: str
) -> None:
    young = replace(rule(known), closed_months=there)

    assert said(young)[0].endswith(f"; it takes {needed}: {there} are there")


def test_what_there_is_no_room_for_is_counted() -> None:
    quiet = said(rule(FLOOR, *segments(MOST_ALERTS + 5, FLOOR, None)))
    loud = said(rule(FLOOR, *segments(MOST_FIRING + 5, FLOOR, RUN)))

    assert "and 5 more" in quiet[0]
    assert "And 5 more." in loud


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

    assert "; goes to you, @U2, #C3, the owners of the accounts" in message.text
    pieces = message.blocks[1]["elements"][0]["elements"]
    assert {"type": "user", "user_id": "U2"} in pieces
    assert {"type": "channel", "channel_id": "C3"} in pieces
