"""How alerts stand on ledgers that nobody wrote by hand, against the oracle."""

from hypothesis import given
from hypothesis import strategies as st

from tests.held_out.courses import companies
from tests.held_out.running import Json, company, six
from tests.held_out.test_answers import FEW
from tests.reference.oracle import alerts
from tests.reference.oracle.alerts import POINT, Rule, State
from tests.reference.oracle.ledger import Ledger, Scope, later
from tests.storage.stores import SqliteTemplate

OWN: dict[str, Rule] = {
    "company below 105%": alerts.level(105 * POINT),
    "company monthly below 99%": alerts.level(99 * POINT, window="month"),
    "company quarterly below 98%": alerts.level(98 * POINT, window="quarter"),
    "company grr below 85%": alerts.level(85 * POINT, metric="grr"),
    "company grr monthly below 97%": alerts.level(97 * POINT, metric="grr", window="month"),
    "company drops 3 points": alerts.drop(3 * POINT),
    "company drops 2% for 2 months": alerts.drop(2 * POINT, is_share=True, months=2),
}


LOOSE_SHOCK = alerts.shock(3 * POINT)


@given(ledger=companies(), words=st.sampled_from(sorted(OWN)))
@FEW
def test_every_alert_stands_as_the_definitions_say(
    empty: SqliteTemplate, ledger: Ledger, words: str
) -> None:
    with company(empty) as bot:
        bot.holds(ledger)
        added = bot.adds_alert(words)
        found = bot.alerts()
    for value in ("", "enterprise", "smb"):
        for name, rule in alerts.DEFAULTS.items():
            check(found.get((name, value)), rule, ledger, value, (name, value, ledger))
    check(found[added, ""], OWN[words], ledger, "", (words, ledger))


def check(found: Json | None, rule: Rule, ledger: Ledger, value: str, context: object) -> None:
    scope: Scope = {"segment": value} if value else {}
    expected = expected_state(rule, ledger, scope)
    if rule is alerts.SHOCK and expected_state(LOOSE_SHOCK, ledger, scope) != expected:
        return  # the law does not say how exactly one account is a month's whole drop
    if found is None:  # a segment in which nobody paid yet
        assert not alerts.points_of(ledger, scope), context
        return
    assert found["state"] == expected.name, (expected, found, context)
    if expected.value is not None and expected.name in {"firing", "pending"}:
        assert found["value"] == six(expected.value), (expected, found, context)


def expected_state(rule: Rule, ledger: Ledger, scope: Scope) -> State:
    assert ledger.closed is not None
    last = later(ledger.closed, -1)
    points = alerts.points_of(ledger, scope, rule.window)
    return alerts.state_after(rule, points, last)
