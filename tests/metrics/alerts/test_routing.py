"""Who hears what: one group each, the worst first, segments under the company."""

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

import pytest

from metrics.alerts.evaluation import record_failure
from metrics.alerts.grouping import Alert, NoticeGroup, Recipient
from metrics.alerts.routing import group_notices
from metrics.alerts.rules import (
    FLOOR,
    MASKING,
    SHOCK,
    SUSTAINED_DROP,
    AlertRule,
    Metric,
    RuleKind,
    Severity,
    Window,
)
from metrics.alerts.series import ClosedMonth
from metrics.alerts.silence import end_snooze, snooze
from metrics.alerts.states import AlertState, Transition, TransitionKind
from metrics.rollup import Scope
from tests.metrics.alerts.months import STEADY, closed, day_of, evaluated, ratio

TODAY = day_of(9)
BOSS = Recipient(recipient_id="UBOSS")
CARE = Recipient(recipient_id="UCARE", sees_company=False)
DROP = AlertRule(rule_id="drop", kind=RuleKind.POINT_DROP, threshold=ratio("2"))
COMPANY: Scope = ()
SMB: Scope = (("segment", "smb"),)
CRITICAL = replace(DROP, severity=Severity.CRITICAL)


def alert(
    scope: Scope = COMPANY,
    *,
    to: str = "98",
    rule: AlertRule = DROP,
    recipients: tuple[Recipient, ...] = (BOSS,),
) -> Alert:
    """An alert on a month that fell from 102 % to so many."""
    state, transitions = evaluated(rule.over(scope), [*STEADY, to], today=TODAY)
    return Alert(
        rule=rule.over(scope),
        state=state,
        transitions=transitions,
        recipients=recipients,
        owners=("UOWNER",),
        operators=("CADMINS", "UOWNER"),
    )


def next_month(before: Alert, *months: str | ClosedMonth | None) -> Alert:
    """The same alert after more months."""
    state, transitions = evaluated(before.rule, [*STEADY, *months], before.state, today=TODAY)
    return replace(before, state=state, transitions=transitions)


def sent(
    *alerts: Alert, told: dict[tuple[str, int], Collection[str]] | None = None
) -> dict[str, NoticeGroup]:
    found = group_notices(alerts, told or {}, today=TODAY)
    return {group.recipient_id: group for group in found}


def heard(group: NoticeGroup) -> list[tuple[str, Scope]]:
    return [(str(one.transition.kind), one.transition.alert.scope) for one in group.shown]


def told_to(alert: Alert, *recipients: str) -> dict[tuple[str, int], Collection[str]]:
    return {(alert.rule.fingerprint, 1): recipients}


def segment(number: int) -> Scope:
    return (("segment", f"s{number}"),)


def test_each_recipient_gets_one_bulletin() -> None:
    found = sent(alert(segment(1), recipients=(BOSS, CARE)), alert(segment(2), recipients=(BOSS,)))

    assert {person: len(group.notices) for person, group in found.items()} == {
        "UBOSS": 2,
        "UCARE": 1,
    }


def test_without_news_nobody_gets_anything() -> None:
    assert sent(alert(to="101")) == {}


def test_the_worst_comes_first() -> None:
    found = sent(alert(segment(1), to="99"), alert(segment(2), to="90"), alert(segment(3), to="95"))

    assert [scope for _, scope in heard(found["UBOSS"])] == [segment(2), segment(3), segment(1)]


def test_what_is_critical_comes_before_what_is_worse() -> None:
    found = sent(alert(segment(1), to="90"), alert(segment(2), rule=CRITICAL))

    assert [scope for _, scope in heard(found["UBOSS"])] == [segment(2), segment(1)]


def test_what_is_over_comes_last() -> None:
    over = next_month(alert(segment(1), to="60"), "60", "102")
    small = alert(segment(2))

    found = sent(over, small, told=told_to(over, "UBOSS"))

    assert heard(found["UBOSS"]) == [("fired", segment(2)), ("resolved", segment(1))]


@pytest.mark.parametrize(("drops", "more"), [(9, 0), (10, 0), (11, 1), (14, 4)])
def test_a_bulletin_has_ten_lines_and_a_count(drops: int, more: int) -> None:
    found = sent(*(alert(segment(number)) for number in range(drops)))["UBOSS"]

    assert (len(found.shown), found.more) == (min(drops, 10), more)


@pytest.mark.parametrize(
    ("company", "smb", "is_inhibited"),
    [
        pytest.param(alert(), alert(SMB), True, id="the-same-drop"),
        pytest.param(alert(), alert(SMB, to="94.001"), True, id="almost-twice-the-drop"),
        pytest.param(alert(), alert(SMB, to="94"), False, id="twice-the-drop"),
        pytest.param(alert(to="101"), alert(SMB), False, id="the-company-is-fine"),
        pytest.param(alert(), alert(SMB, rule=CRITICAL), False, id="a-critical-rule"),
        pytest.param(alert(recipients=(CARE,)), alert(SMB), False, id="a-company-alert-for-others"),
        pytest.param(
            alert(recipients=(CARE,)),
            alert(SMB, recipients=(CARE,)),
            False,
            id="no-right-to-see-the-company",
        ),
        pytest.param(
            alert(),
            next_month(alert(SMB), "98", "98"),
            False,
            id="another-month",
        ),
        pytest.param(
            alert(),
            alert(SMB, rule=replace(FLOOR, metric=Metric.GRR, threshold=Fraction(99, 100))),
            False,
            id="another-ratio",
        ),
    ],
)
def test_the_company_inhibits_a_segment(company: Alert, smb: Alert, *, is_inhibited: bool) -> None:
    found = sent(company, smb)
    lines = [line for group in found.values() for line in heard(group)]

    assert (("fired", SMB) not in lines) is is_inhibited


def test_a_muted_segment_is_a_line_under_the_company() -> None:
    found = sent(alert(), alert(SMB))["UBOSS"]

    assert heard(found) == [("fired", COMPANY)]
    assert [one.transition.alert.scope for one in found.breakdown] == [SMB]
    assert found.more == 0


def test_muted_segments_share_the_ten_lines() -> None:
    found = sent(alert(), *(alert(segment(number)) for number in range(12)))["UBOSS"]

    assert (len(found.shown), len(found.breakdown), found.more) == (1, 9, 3)


def test_a_company_that_was_told_before_still_mutes() -> None:
    company = alert()

    assert sent(company, alert(SMB), told=told_to(company, "UBOSS")) == {}


def test_a_snoozed_company_mutes_nothing() -> None:
    company = alert()
    snoozed = replace(company, state=snooze(company.state, until=day_of(10), today=TODAY))

    assert heard(sent(snoozed, alert(SMB))["UBOSS"]) == [("fired", SMB)]


def test_a_rule_on_the_company_does_not_mute_another_one() -> None:
    other = replace(DROP, rule_id="other")

    assert len(sent(alert(), alert(rule=other))["UBOSS"].notices) == 2


def test_a_muted_segment_is_told_when_the_company_recovers() -> None:
    company, smb = alert(), alert(SMB)

    found = sent(
        next_month(company, "98", "102"),
        next_month(smb, "98", "98"),
        told=told_to(company, "UBOSS"),
    )

    assert heard(found["UBOSS"]) == [("fired", SMB), ("resolved", COMPANY)]


def test_inhibition_does_not_change_that_it_fires() -> None:
    smb = alert(SMB)

    sent(alert(), smb)

    assert smb.state.name == "firing"


def test_who_was_told_is_not_told_again() -> None:
    drop = alert(recipients=(BOSS, CARE))

    assert list(sent(drop, told=told_to(drop, "UBOSS"))) == ["UCARE"]


def test_only_those_who_were_told_hear_that_it_is_over() -> None:
    over = next_month(alert(recipients=(BOSS, CARE)), "98", "102")

    assert list(sent(over, told=told_to(over, "UBOSS", "ULEFT"))) == ["UBOSS", "ULEFT"]


def test_who_comes_later_hears_that_it_fires_and_not_that_it_became_worse() -> None:
    worse = next_month(alert(recipients=(BOSS, CARE)), "98", "95")

    found = sent(worse, told=told_to(worse, "UBOSS"))

    assert heard(found["UBOSS"]) == [("worse", COMPANY)]
    assert heard(found["UCARE"]) == [("fired", COMPANY)]


def test_a_snoozed_alert_is_told_when_its_snooze_is_over() -> None:
    drop = alert()
    snoozed = replace(drop, state=snooze(drop.state, until=day_of(10), today=TODAY))

    assert group_notices([snoozed], {}, today=TODAY) == ()
    [group] = group_notices([snoozed], {}, today=day_of(10))
    assert heard(group) == [("fired", COMPANY)]


def test_the_end_of_a_snooze_is_a_line_for_those_who_were_told() -> None:
    drop = alert()
    snoozed = snooze(drop.state, until=day_of(10), today=TODAY)
    state, transitions = end_snooze(drop.rule, snoozed, today=day_of(10))
    ended = replace(drop, state=state, transitions=transitions)

    [group] = group_notices([ended], told_to(drop, "UBOSS"), today=day_of(10))

    assert heard(group) == [("snooze-ended", COMPANY)]


def test_missing_data_is_for_the_owner_and_a_failure_for_the_operators_too() -> None:
    drop = alert()
    stale = next_month(drop, "98", None)
    state, transitions = record_failure(drop.rule, drop.state, data_version=99)
    failed = replace(drop, state=state, transitions=transitions)

    assert list(sent(stale, told=told_to(drop, "UBOSS"))) == ["UOWNER"]
    assert set(sent(failed, told=told_to(drop, "UBOSS"))) == {"UOWNER", "CADMINS"}
    assert sent(replace(stale, owners=()), told=told_to(drop, "UBOSS")) == {}


def test_a_small_drop_is_a_message_if_one_account_caused_it() -> None:
    state, transitions = evaluated(SHOCK, [closed("102", cost="1")], today=TODAY)
    caused = Alert(rule=SHOCK, state=state, transitions=transitions, recipients=(BOSS,))

    assert heard(sent(caused)["UBOSS"]) == [("fired", COMPANY)]


def test_an_alert_that_was_never_judged_has_dropped_by_nothing() -> None:
    nothing = Alert(rule=SUSTAINED_DROP, state=AlertState(), recipients=(BOSS,))

    assert nothing.drop == 0
    assert sent(nothing) == {}


def test_what_several_rules_say_of_one_month_is_one_line() -> None:
    other = replace(DROP, rule_id="another", threshold=ratio("3"))
    found = sent(alert(segment(1)), alert(segment(1), rule=other), alert(segment(2)))["UBOSS"]

    assert [scope for _, scope in heard(found)] == [segment(1), segment(2)]
    assert len(found.notices) == 3
    assert [one.transition.alert.rule_id for one in found.beside(found.shown[0])] == ["drop"]
    assert found.beside(found.shown[1]) == ()


def test_different_news_of_one_month_are_lines_of_their_own() -> None:
    gross = replace(FLOOR, threshold=ratio("99"))
    found = sent(alert(segment(1), to="98.5"), alert(segment(1), rule=gross, to="98.5"))["UBOSS"]

    assert len(found.shown) == 2


HIDDEN = closed("107", grr="67")
"""Its floor is broken and masked: NRR of 107 % hides a GRR of 67 %."""


def level(
    rule: AlertRule, *months: ClosedMonth, recipients: tuple[Recipient, ...] = (BOSS,)
) -> Alert:
    state, transitions = evaluated(rule, months, today=TODAY)
    return Alert(rule=rule, state=state, transitions=transitions, recipients=recipients)


@pytest.mark.parametrize("scope", [COMPANY, SMB], ids=["company", "segment"])
def test_masking_mutes_the_message_of_the_floor_and_not_its_state(scope: Scope) -> None:
    floor, hidden = level(FLOOR.over(scope), HIDDEN), level(MASKING.over(scope), HIDDEN)

    found = sent(floor, hidden)["UBOSS"]

    assert [one.transition.alert.rule_id for one in found.notices] == ["masking"]
    assert [one.transition.alert.rule_id for one in found.inhibited] == ["floor"]
    assert (found.breakdown, found.more) == ((), 0)
    assert floor.state.name == "firing"


def test_the_floor_is_told_once_nothing_masks_it() -> None:
    bare = closed("99", grr="67")
    floor, hidden = level(FLOOR, HIDDEN, bare), level(MASKING, HIDDEN, bare)

    found = sent(floor, hidden, told=told_to(hidden, "UBOSS"))["UBOSS"]

    assert [one.transition.alert.rule_id for one in found.notices] == ["floor"]


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(replace(FLOOR, rule_id="rule-1"), id="a-level-of-ones-own"),
        pytest.param(replace(FLOOR, window=Window.MONTH), id="a-monthly-floor"),
        pytest.param(FLOOR.over(SMB), id="another-scope"),
        pytest.param(replace(FLOOR, severity=Severity.CRITICAL), id="a-critical-floor"),
    ],
)
def test_masking_mutes_no_other_floor(target: AlertRule) -> None:
    other = HIDDEN if not target.scope else closed("99", grr="20")
    found = sent(level(target, other), level(MASKING, HIDDEN))["UBOSS"]

    assert len(found.notices) == 2
    assert found.inhibited == ()


def test_masking_mutes_the_floor_for_nobody_who_does_not_hear_of_masking() -> None:
    floor = level(FLOOR.over(SMB), HIDDEN, recipients=(BOSS, CARE))
    hidden = level(MASKING.over(SMB), HIDDEN, recipients=(CARE,))

    found = sent(floor, hidden)

    assert [one.transition.alert.rule_id for one in found["UBOSS"].notices] == ["floor"]
    assert [one.transition.alert.rule_id for one in found["UCARE"].notices] == ["masking"]


def test_a_masking_rule_that_is_off_mutes_nothing() -> None:
    hidden = level(MASKING, HIDDEN)
    off = replace(hidden, rule=replace(MASKING, enabled=False))

    assert sent(level(FLOOR, HIDDEN), off)["UBOSS"].inhibited == ()


def test_the_company_over_twelve_months_mutes_no_month_of_a_segment() -> None:
    company = level(replace(FLOOR, metric=Metric.NRR), closed("80"))
    monthly = replace(FLOOR, metric=Metric.NRR, window=Window.MONTH, rule_id="rule-1")

    found = sent(company, level(monthly.over(SMB), closed("85")))["UBOSS"]

    assert len(found.notices) == 2


def test_a_month_and_the_twelve_that_end_with_it_are_different_matters() -> None:
    monthly = replace(FLOOR, window=Window.MONTH, rule_id="rule-1")
    bare = closed("80", grr="80")

    found = sent(level(FLOOR, bare), level(monthly, bare))["UBOSS"]

    assert len(found.shown) == 2


def ahead(
    scope: Scope = COMPANY,
    *,
    to: str = "98",
    place: int = 9,
    rule: AlertRule = DROP,
    recipients: tuple[Recipient, ...] = (BOSS,),
) -> Alert:
    """An alert on steady months, with one that is not closed yet and fell to so many."""
    rule = rule.over(scope)
    state, _ = evaluated(rule, STEADY, today=TODAY)
    low, _ = evaluated(rule, [*STEADY, to])
    status = replace(low.status, month=day_of(place).replace(day=1))
    early = Transition.of(rule, TransitionKind.PROVISIONAL, status, episode=0, n=9)
    return Alert(rule=rule, state=state, recipients=recipients, provisional=(early,))


def test_what_is_provisional_is_for_every_recipient_however_the_alert_stands() -> None:
    found = sent(ahead(SMB, recipients=(BOSS, CARE)))

    assert {one: heard(group) for one, group in found.items()} == {
        "UBOSS": [("provisional", SMB)],
        "UCARE": [("provisional", SMB)],
    }


def test_what_is_provisional_comes_after_what_fires_and_before_what_is_over() -> None:
    over = next_month(alert((("segment", "over"),)), "98", "102")

    found = sent(
        ahead(SMB, to="90"), alert((("segment", "low"),)), over, told=told_to(over, "UBOSS")
    )

    assert [kind for kind, _ in heard(found["UBOSS"])] == ["fired", "provisional", "resolved"]


def test_a_snoozed_alert_has_nothing_provisional() -> None:
    early = ahead(SMB)

    assert sent(replace(early, state=snooze(early.state, until=day_of(10), today=TODAY))) == {}


@pytest.mark.parametrize(
    ("segment", "is_told"),
    [
        pytest.param(ahead(SMB), False, id="as-low-as-the-company"),
        pytest.param(ahead(SMB, to="94"), True, id="twice-the-drop"),
        pytest.param(ahead(SMB, place=10), True, id="another-month"),
        pytest.param(ahead(SMB, rule=CRITICAL), True, id="critical"),
        pytest.param(alert(SMB), True, id="a-closed-month"),
        pytest.param(ahead(SMB, recipients=(CARE,)), True, id="no-right-to-see-the-company"),
    ],
)
def test_the_company_stands_for_a_segment_before_the_close_too(
    segment: Alert, *, is_told: bool
) -> None:
    [one] = segment.recipients

    group = sent(ahead(recipients=(BOSS, CARE)), segment)[one.recipient_id]

    assert (SMB in [scope for _, scope in heard(group)]) is is_told
    assert bool(group.inhibited) is not is_told


def test_what_the_company_stood_for_is_no_line_under_something_else() -> None:
    company, other = ahead(), ahead((("segment", "other"),), to="90")
    [group] = group_notices([company, ahead(SMB), other], {}, today=TODAY)

    later = group.only(lambda notice: notice.transition.alert.scope != COMPANY)

    assert [one.transition.alert.scope for one in group.inhibited] == [SMB]
    assert later.inhibited == ()
    assert heard(later) == [("provisional", (("segment", "other"),))]


def test_a_provisional_notice_has_one_key_for_its_month_for_ever() -> None:
    [early] = ahead(SMB).provisional

    later = replace(early, n=77, verdict=None)

    assert later.dedupe_key("UBOSS") == early.dedupe_key("UBOSS")
    assert replace(early, period=day_of(3)).dedupe_key("UBOSS") != early.dedupe_key("UBOSS")
    assert early.dedupe_key("UCARE") != early.dedupe_key("UBOSS")
