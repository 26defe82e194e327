import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bot.access.decisions import Reason
from bot.alerts.rules.backtesting import Backtester
from bot.alerts.rules.command import ALONE, USAGE
from bot.alerts.rules.form import ALERT_FORM
from bot.alerts.rules.question_message import ALERT_ANYWAY, question
from bot.clock import utc_now
from bot.errors import UsageError, sentence
from bot.slack.once import saved_before
from bot.slack.sent import read_submission
from metrics.alerts.rules import AlertRule, Metric, RuleKind, Window
from storage.access.grants import Role, take_grants
from storage.alerts import actions as alert_actions
from storage.alerts.rules import OWNERS
from storage.store.engine import Store
from tests.bot.alerts.scene import AlertScene, alert_scene, low_segment
from tests.bot.edge import Scene, let
from tests.bot.small_company import NOW, TODAY
from tests.metrics.alerts.own_rules import below
from tests.slack.block_kit import find_errors
from tests.slack.faults import Fault
from tests.slack.modal_filling import fill_in
from tests.slack.payloads import submission_payload
from tests.slack.people import Channel, User, UserKind

pytestmark = pytest.mark.slack

ENTERPRISE = (("segment", "enterprise"),)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return low_segment(tmp_path)


@pytest.fixture
def desk(scene: Scene, store: Store) -> Iterator[AlertScene]:
    with alert_scene(scene, store) as running:
        yield running


@pytest.fixture
def bob(scene: Scene) -> User:
    return scene.slack.workspace.add_user("bob")


def only(desk: AlertScene) -> AlertRule:
    [record] = desk.own()
    return record.rule


# Setting alerts up by words


def test_an_alert_is_set_up_and_told_what_it_watches_and_who_hears(desk: AlertScene) -> None:
    said = desk.type("enterprise below 105%").wait_for_answer()

    assert said.ephemeral_to == desk.scene.ana.id
    assert said.text == (
        "Alert 1 is set up: 12-month NRR of enterprise below 105%; it goes to you alone."
        " 12-month NRR of enterprise cannot be judged yet: there was no opening MRR twelve months"
        " back. It is evaluated within a minute, and then whenever a month is closed."
    )
    [record] = desk.own()
    assert (record.owner_id, record.recipients) == (desk.scene.ana.id, (desk.scene.ana.id,))
    assert record.rule == below("105", ENTERPRISE, rule_id="rule-1", window=Window.YEAR)


def test_others_hear_when_they_are_named(desk: AlertScene, bob: User) -> None:
    channel = desk.scene.revops

    said = desk.said(
        f"smb drop 3pts for 2 months to me, <@{bob.id}|bob>, <#{channel.id}|revops> and owners"
    )

    assert said.startswith(
        "Alert 1 is set up: monthly NRR of smb drops 3 points for 2 months; it goes to you,"
        f" <@{bob.id}>, <#{channel.id}>, the owners of the accounts that drove it. An alert on"
        " monthly NRR of smb would have fired 0 times in 2 months; now 102.0%."
    )
    [record] = desk.own()
    assert record.recipients == (desk.scene.ana.id, bob.id, channel.id, OWNERS)


def test_the_same_alert_is_not_set_up_twice(desk: AlertScene) -> None:
    desk.said("enterprise below 105%")

    for words in ("enterprise below 105%", "below 105.0% segment:Enterprise to me"):
        assert desk.said(words) == ("Alert 1 says that already: change who hears of it instead.")
    assert len(desk.own()) == 1
    assert "Alert 2 is set up" in desk.said("enterprise below 104%")


def test_alerts_are_listed_in_either_way(desk: AlertScene) -> None:
    assert desk.said("list") == desk.scene.ask("alerts").wait_for_answer().text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("enterprise below 105", "105 of what? A level is in percent: type `below 105%`."),
        ("entreprise below 105%", "did you mean enterprise? Try: enterprise below 100%."),
        ("enterprise", "Say when you want to hear"),
        ("enterprise last-quarter below 105%", "leave the period"),
        ("help", sentence(UsageError(USAGE))),
        ("pause", sentence(UsageError(USAGE))),
        ("pause 3 now", sentence(UsageError(USAGE))),
        ("pause 3", 'There is no alert "3": there are sustained-drop, shock, floor, masking.'),
        ("edit smb below 100%", 'There is no alert "smb"'),
        ("remove <!channel>", 'There is no alert "channel"'),
        ("to 3 me", 'There is no alert "3"'),
        ("unmute floor", "You have not muted alert floor."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    desk: AlertScene, words: str, said: str
) -> None:
    answer = desk.said(words)

    assert said in answer.replace("&lt;", "<").replace("&gt;", ">")
    assert desk.own() == []


def test_nobody_is_named_who_may_not_see_figures(desk: AlertScene) -> None:
    workspace = desk.scene.slack.workspace
    guest = workspace.add_user("guest", kind=UserKind.GUEST)
    shared = workspace.add_channel("partners")
    workspace.put_channel(replace(shared, is_ext_shared=True))

    to_guest = desk.said(f"smb below 90% to <@{guest.id}|guest>")
    to_shared = desk.said(f"smb below 90% to <#{shared.id}|partners>")

    assert to_guest == (
        "One of the people named cannot have this alert: guests of this workspace may not see"
        " figures."
    )
    assert to_shared == (
        f"One of the channels named cannot have this alert: {Reason.SHARED_OUTSIDE}."
    )
    assert desk.own() == []


# Alerts that would fire at once

ALWAYS = "monthly NRR of enterprise was below 105% in 8 of 8 months, one alert; it is 98.0% now"


def test_one_that_would_fire_at_once_is_asked_about_and_set_up_by_the_button(
    desk: AlertScene, bob: User
) -> None:
    words = f"enterprise monthly below 105% to me, <@{bob.id}>, owners"

    asked = desk.type(words).wait_for_answer()
    before = desk.own()
    done = desk.scene.click(asked, ALERT_ANYWAY).wait_for_answer()
    again = desk.scene.click(asked, ALERT_ANYWAY).wait_for_answer()

    assert asked.text == f"This alert would fire at once: {ALWAYS}. Nothing is set up yet."
    assert asked.ephemeral_to == desk.scene.ana.id
    assert find_errors(list(asked.blocks)) == []
    assert before == []
    assert done.text.startswith(
        "Alert 1 is set up: monthly NRR of enterprise below 105%; it goes to you,"
    )
    assert f"{ALWAYS[:1].upper()}{ALWAYS[1:]}. It is evaluated" in done.text
    assert again.text == "Alert 1 says that already: change who hears of it instead."
    [record] = desk.own()
    assert record.recipients == (desk.scene.ana.id, bob.id, OWNERS)


def test_a_drop_that_lasts_is_asked_about_too(desk: AlertScene) -> None:
    asked = desk.said("enterprise drops 3 points")

    assert "would have fired once in 1 month; it is 98.0% now. Nothing is set up yet." in asked
    assert desk.own() == []


def test_a_change_that_would_fire_at_once_is_asked_about(desk: AlertScene, bob: User) -> None:
    desk.said(f"enterprise below 105% to <@{bob.id}>")

    asked = desk.type("edit 1 enterprise monthly below 105%").wait_for_answer()
    before = only(desk)
    desk.scene.click(asked, ALERT_ANYWAY).wait_for_answer()

    assert asked.text == f"This alert would fire at once: {ALWAYS}. Nothing is changed yet."
    assert (before.window, only(desk).window) == (Window.YEAR, Window.MONTH)
    assert desk.own()[0].recipients == (bob.id,)
    again = desk.said("edit 1 enterprise monthly below 105% to me")  # says nothing new
    assert again.startswith("Alert 1 is changed: monthly NRR of enterprise below 105%; it goes")


def test_a_form_whose_rule_would_fire_at_once_is_asked_about(desk: AlertScene) -> None:
    desk.submit(desk.form(), scope="enterprise", kind="month-below", threshold="105")

    assert desk.told() == f"This alert would fire at once: {ALWAYS}. Nothing is set up yet."
    assert desk.own() == []


def test_who_may_not_see_the_accounts_any_more_gets_no_figure_and_no_alert(
    scene: Scene, store: Store
) -> None:
    with alert_scene(scene, store, everybody=False) as desk:
        let(store, scene.ana.id, ("segment", "enterprise"), account_detail=True)
        asked = desk.type("enterprise monthly below 105%").wait_for_answer()
        let(store, scene.ana.id, ("segment", "smb"))
        with store.write(ledger=False) as session:
            take_grants(session, scene.ana.id, ENTERPRISE)

        refused = desk.scene.click(asked, ALERT_ANYWAY).wait_for_answer()

        assert "would fire at once" in asked.text
        assert 'No segment is called "enterprise"' in refused.text
        assert "98.0%" not in refused.text
        assert desk.own() == []


def test_nothing_is_measured_for_one_who_may_not_see_it(
    scene: Scene, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[AlertRule] = []
    monkeypatch.setattr(Backtester, "measure", lambda _, rule, __: measured.append(rule))
    with alert_scene(scene, store, everybody=False) as desk:
        let(store, scene.ana.id, ("segment", "smb"))

        refused = desk.said("company monthly below 105%")
        allowed = desk.said("smb monthly below 105%")

    assert refused == sentence(UsageError(Reason.OUT_OF_SCOPE))
    assert "Alert 1 is set up" in allowed
    assert [rule.scope for rule in measured] == [(("segment", "smb"),)]


def test_a_small_group_is_neither_tried_out_nor_listed_without_account_detail(
    scene: Scene, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metrics.small_groups.FEWEST_TO_SHOW", 13)  # smb has twelve
    with alert_scene(scene, store, everybody=False) as desk:
        let(store, scene.ana.id, ("segment", "smb"))
        desk.evaluate()

        refused, listed = desk.said("smb monthly below 90%"), desk.listed()

        assert refused == (
            "That could tell of fewer than five accounts: ask an administrator of this bot to type"
            f" `/nrr access grant {scene.ana.id} viewer segment:smb with accounts`."
        )
        assert desk.own() == []
        assert (
            "not shown without account detail, which a group of few accounts takes: smb" in listed
        )
        assert "102.0%" not in listed

        let(store, scene.ana.id, ("segment", "smb"), account_detail=True)
        assert "Alert 1 is set up" in desk.said("smb monthly below 90%")
        assert "not shown" not in desk.listed()


def test_what_is_too_long_for_a_button_is_said() -> None:
    with pytest.raises(UsageError, match="too long to ask about: name fewer"):
        question("it always fires", "x" * 2_001, is_new=True)


# Changing them


def test_an_alert_is_changed_by_words_and_its_recipients_stay(desk: AlertScene, bob: User) -> None:
    desk.said(f"enterprise below 105% to me and <@{bob.id}>")

    said = desk.said("edit 1 enterprise below 103.5% for 2 months")

    assert (
        "Alert 1 is changed: 12-month NRR of enterprise below 103.5% for 2 months; it goes to you,"
        in said
    )
    [record] = desk.own()
    assert record.recipients == (desk.scene.ana.id, bob.id)
    assert (record.rule.threshold, record.rule.version) == (Fraction(1035, 1000), 2)


def test_a_change_of_recipients_alone_is_no_new_rule(desk: AlertScene, bob: User) -> None:
    desk.said("enterprise below 105%")

    same = desk.said("edit 1 enterprise below 105%")
    edited = desk.said(f"edit 1 enterprise below 105% to <@{bob.id}>")
    told = desk.said("to #1 me and owners")

    assert "it goes to you alone." in same
    assert f"it goes to <@{bob.id}>." in edited
    assert told == (
        "Alert 1 (12-month NRR of enterprise below 105%) is changed: it goes to you, the owners of"
        " the accounts that drove it."
    )
    assert only(desk).version == 1
    assert desk.own()[0].recipients == (desk.scene.ana.id, OWNERS)


def test_an_alert_is_paused_resumed_and_removed(desk: AlertScene) -> None:
    desk.said("enterprise below 105%")

    paused = desk.said("pause 1")
    off = only(desk).enabled
    resumed = desk.said("Resume rule-1")
    on = only(desk).enabled
    removed = desk.said("remove 1")

    name = "Alert 1 (12-month NRR of enterprise below 105%)"
    assert paused == f"{name} is paused: `/nrr alert resume 1` lets it watch again."
    assert resumed == f"{name} watches again."
    assert removed == f"{name} is removed."
    assert (off, on, desk.own()) == (False, True, [])


def test_an_alert_of_somebody_else_is_seen_and_not_changed(desk: AlertScene, bob: User) -> None:
    desk.said("enterprise below 105%")
    before = desk.records()

    for words in ("pause 1", "remove 1", "edit 1 smb below 90%", "edit 1", "to 1 me"):
        assert desk.said(words, by=bob) == (
            "Alert 1 is somebody else's: an administrator of this bot can change it."
        )
    for words in ("pause floor", "to floor me"):
        assert "Alert floor is nobody's own" in desk.said(words, by=bob)

    assert desk.records() == before
    assert "12-month NRR of enterprise below 105%" in desk.listed(by=bob)


def test_an_administrator_may_change_every_alert(desk: AlertScene, bob: User) -> None:
    desk.said("enterprise below 105%")
    let(desk.store, bob.id, role=Role.ADMIN)

    to = f"to floor me, <@{desk.scene.ana.id}> and <#{desk.scene.revops.id}>"
    said = [desk.said(words, by=bob) for words in ("pause 1", "pause floor", to)]

    assert said[1].startswith("Alert floor (12-month GRR of the company and each segment below 90%")
    assert [one.rule.rule_id for one in desk.records() if not one.rule.enabled] == [
        "floor",
        "rule-1",
    ]
    [floor] = [one for one in desk.records() if one.rule.rule_id == "floor"]
    assert floor.recipients == (bob.id, desk.scene.ana.id, desk.scene.revops.id)


def test_who_sees_one_segment_has_alerts_on_that_alone(
    scene: Scene, store: Store, bob: User
) -> None:
    smb = ("segment", "smb")
    with alert_scene(scene, store, everybody=False) as desk:
        let(store, scene.ana.id, account_detail=True)
        let(store, bob.id, smb)
        desk.said("enterprise below 105%")
        desk.evaluate()

        hidden = desk.said("pause 1", by=bob)
        unknown = desk.said("enterprise below 90%", by=bob)
        company = desk.said("company below 90%", by=bob)
        told = desk.said(f"company below 90% to <@{bob.id}>")
        own = desk.said("smb below 90%", by=bob)
        listed = desk.listed(by=bob)

    assert 'There is no alert "1"' in hidden
    assert 'I don\'t know "enterprise"' in unknown
    assert company == sentence(UsageError(Reason.OUT_OF_SCOPE))
    assert told == (
        "One of the people named cannot have this alert: they may not see these figures."
    )
    assert "Alert 2 is set up: 12-month NRR of smb below 90%" in own
    assert "enterprise:" not in listed
    assert "company NRR" not in listed
    assert "usual; quiet: smb\n" in listed


def test_who_may_not_see_the_company_is_told_beside_the_field(scene: Scene, store: Store) -> None:
    with alert_scene(scene, store, everybody=False) as desk:
        let(store, scene.ana.id, ("segment", "smb"))

        errors = desk.submit(desk.form(), threshold="90", scope="").wait_for_field_errors()

    assert errors == {"scope": sentence(UsageError(Reason.OUT_OF_SCOPE))}


def test_who_sees_one_segment_means_that_one_in_words_and_in_the_form(
    scene: Scene, store: Store
) -> None:
    smb = ("segment", "smb")
    with alert_scene(scene, store, everybody=False) as desk:
        let(store, scene.ana.id, smb)

        typed = desk.said("below 90%")
        desk.submit(desk.form(), threshold="80")
        desk.told(2)

        assert typed.startswith("Alert 1 is set up: 12-month NRR of smb below 90%")
        assert [record.rule.scope for record in desk.own()] == [(smb,), (smb,)]


def test_who_was_granted_nothing_has_no_alerts(scene: Scene, store: Store) -> None:
    with alert_scene(scene, store, everybody=False) as desk:
        for words in ("", "smb below 90%", "pause floor"):
            assert desk.said(words) == sentence(UsageError(Reason.NO_GRANT))
        assert desk.listed() == sentence(UsageError(Reason.NO_GRANT))
        assert desk.own() == []


def test_what_is_muted_can_be_heard_again(desk: AlertScene) -> None:
    desk.evaluate()
    [record] = [one for one in desk.records() if one.rule.rule_id == "sustained-drop"]
    low, ana = record.rule.over(ENTERPRISE), desk.scene.ana.id
    with desk.store.write(ledger=False) as session:
        alert_actions.mute(session, low.fingerprint, ana, now=NOW)
    muted = desk.listed()

    said = desk.said("unmute sustained-drop")

    assert "muted for you until /nrr alert unmute sustained-drop" in muted
    assert said.endswith("is not muted for you any more.")
    with desk.store.read() as session:
        assert alert_actions.muted_by(session, ana) == set()


def test_an_alert_is_acknowledged_snoozed_woken_and_muted_in_words(desk: AlertScene) -> None:
    desk.evaluate()
    until = TODAY + timedelta(weeks=2)

    snoozed = desk.said("snooze sustained-drop 2w because renewal *pending*")
    listed = desk.listed()
    woken = desk.said("wake sustained-drop")
    acknowledged = desk.said("ACK sustained-drop enterprise")
    muted = desk.said("mute sustained-drop")

    assert snoozed.startswith(
        f"Alert sustained-drop on enterprise is snoozed until {until.day} {until:%b %Y} (renewal"
    )
    assert "*pending*" not in snoozed
    assert "snoozed until" in listed
    assert woken == "Alert sustained-drop on enterprise is not snoozed any more."
    assert acknowledged.startswith("Alert sustained-drop on enterprise is acknowledged")
    assert "muted for you" in muted
    assert "acknowledged" in desk.listed()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("snooze sustained-drop", "Say until when, as in"),
        ("snooze until friday", "Say which alert, as in"),
        ("snooze sustained-drop someday", "is no day that I read"),
        ("snooze sustained-drop until 2199-01-01", "90 days"),
        ("snooze 7 2w", 'There is no alert "7"'),
        ("wake sustained-drop", "Nothing of alert sustained-drop is snoozed there"),
        ("acknowledge floor", "Nothing of alert floor fires there"),
        ("mute sustained-drop xyz", "I don't know"),
    ],
)
def test_what_cannot_be_silenced_is_one_sentence(desk: AlertScene, words: str, said: str) -> None:
    desk.evaluate()

    assert said in desk.said(words)


# The list


def test_the_list_says_how_each_alert_stands_what_fires_first(desk: AlertScene) -> None:
    desk.said("smb below 90%")
    desk.evaluate()
    desk.said("enterprise below 105% to owners")

    listed = desk.scene.ask("alerts").wait_for_answer()

    lines = listed.text.splitlines()
    assert listed.ephemeral_to == desk.scene.ana.id
    assert lines[1] == "sustained-drop, enterprise: monthly NRR 98.0%, below 100.0% since Jul 2025"
    assert (
        "sustained-drop: two months running at least 2 points below usual; quiet: company, smb"
    ) in lines
    assert (
        "1: 12-month NRR of smb below 90%; it takes 12 closed months: 8 are there; goes to you"
    ) in lines
    assert lines[-2].startswith("2: 12-month NRR of enterprise below 105%; ")
    assert lines[-2].endswith("; goes to the owners of the accounts that drove it")
    assert find_errors(list(listed.blocks)) == []


def test_before_any_evaluation_the_list_has_the_rules(desk: AlertScene) -> None:
    listed = desk.listed()

    assert listed.count("not evaluated yet") == 4
    assert "New: /nrr alert enterprise below 105%" in listed


def test_the_list_says_until_when_and_why_an_alert_is_snoozed(desk: AlertScene) -> None:
    desk.evaluate()
    [record] = [one for one in desk.records() if one.rule.rule_id == "sustained-drop"]
    today = utc_now().date()
    until = today + timedelta(days=30)
    with desk.store.write(ledger=False) as session:
        alert_actions.snooze(
            session,
            record.rule.over(ENTERPRISE),
            user_id="U1",
            until=until,
            reason="<!channel> *budget* freeze",
            today=today,
            now=NOW,
        )

    listed = desk.listed()

    assert f"snoozed until {until.day} {until:%b %Y} (&lt;!channel&gt; " in listed
    assert "budget" in listed


def test_the_list_stands_alone(desk: AlertScene) -> None:
    said = desk.scene.ask("alerts pause 3").wait_for_answer().text

    assert said == sentence(UsageError(ALONE))


# The form


def initial(element: dict[str, Any]) -> object:
    """Return what a field of a form holds before anybody touches it."""
    for name in ("initial_users", "initial_conversations"):
        if name in element:
            return element[name]
    if "initial_options" in element:
        return [option["value"] for option in element["initial_options"]]
    chosen = element.get("initial_option", {"value": element.get("initial_value")})
    return chosen["value"]


def filled_in(desk: AlertScene, words: str = "") -> dict[str, object]:
    inputs = desk.form(words).inputs
    return {name: initial(block["element"]) for name, block in inputs.items()}


def test_the_form_opens_with_whoever_asks_to_hear(desk: AlertScene) -> None:
    assert filled_in(desk) == {
        "scope": None,
        "metric": "nrr",
        "kind": "below",
        "threshold": None,
        "months": "1",
        "people": [desk.scene.ana.id],
        "channels": None,
        "account_owners": None,
    }
    assert desk.scene.slack.violations == []


def test_what_is_chosen_in_the_form_is_stored(desk: AlertScene, bob: User) -> None:
    channel = desk.scene.revops

    sent = desk.submit(
        desk.form(),
        scope="smb",
        metric="grr",
        kind="drops-points",
        threshold="2.5 pts",
        months="3",
        people=[bob.id],
        channels=[channel.id],
        account_owners=["owners"],
    )

    assert sent.wait_for_ack().body == ""
    assert desk.told().startswith(
        "Alert 1 is set up: monthly GRR of smb drops 2.5 points for 3 months; it goes to"
        f" <@{bob.id}>, <#{channel.id}>, the owners"
    )
    [record] = desk.own()
    assert record.recipients == (bob.id, channel.id, OWNERS)
    assert record.owner_id == desk.scene.ana.id
    assert (record.rule.kind, record.rule.metric) == (RuleKind.POINT_DROP, Metric.GRR)
    assert (record.rule.threshold, record.rule.for_periods) == (Fraction(25, 1000), 3)


def test_an_alert_is_changed_in_its_form(desk: AlertScene, bob: User) -> None:
    desk.said(f"enterprise below 105% to <@{bob.id}>, <#{desk.scene.revops.id}>, owners")

    assert filled_in(desk, "edit 1") == {
        "scope": "segment:enterprise",
        "metric": "nrr",
        "kind": "below",
        "threshold": "105",
        "months": "1",
        "people": [bob.id],
        "channels": [desk.scene.revops.id],
        "account_owners": ["owners"],
    }

    modal = desk.opened()
    desk.submit(modal, threshold="104.25", people=[desk.scene.ana.id], channels=[])

    assert desk.told(2).startswith(
        "Alert 1 is changed: 12-month NRR of enterprise below 104.25%; it goes to you, the owners"
    )
    assert only(desk).threshold == Fraction(10425, 10000)


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        pytest.param({"scope": "entreprise"}, "scope", "did you mean enterprise", id="misspelt"),
        pytest.param({"scope": "smb ttm"}, "scope", "Only say which accounts", id="period"),
        pytest.param({"scope": "smb quarterly"}, "scope", "Only say which accounts", id="window"),
        pytest.param({"threshold": "many"}, "threshold", "no figure", id="no-figure"),
        pytest.param({"threshold": "0"}, "threshold", "above zero", id="zero"),
        pytest.param({"threshold": "0.98"}, "threshold", "type 98% if you mean", id="ratio"),
        pytest.param({"threshold": "1.05"}, "threshold", "type 105% if you mean", id="ratio-above"),
        pytest.param(
            {"threshold": "0.03", "kind": "drops-points"},
            "threshold",
            "0.03 may be meant as 3 points: type 3 if so, or 0.03 points",
            id="ratio-of-a-drop",
        ),
        pytest.param({"threshold": "3 points"}, "threshold", "in percent", id="points-of-level"),
        pytest.param({"threshold": "600%"}, "threshold", "at most 500%", id="too-high"),
        pytest.param(
            {"threshold": "3%", "kind": "drops-points"}, "threshold", "in points", id="percent"
        ),
        pytest.param(
            {"threshold": "101", "metric": "grr"}, "threshold", "never above 100%", id="grr"
        ),
        pytest.param({"people": []}, "people", "Choose who hears", id="nobody"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_form_stays(
    desk: AlertScene, values: dict[str, Any], field: str, said: str
) -> None:
    modal = desk.form()

    errors = desk.submit(modal, **({"threshold": "105"} | values)).wait_for_field_errors()

    assert list(errors) == [field]
    assert said in errors[field]
    assert desk.scene.slack.workspace.modals.of(desk.scene.ana.id) == modal
    assert desk.own() == []


def test_the_same_alert_and_a_channel_of_others_are_said_in_the_form(desk: AlertScene) -> None:
    desk.said("smb below 90%")
    channel: Channel = desk.scene.revops
    desk.scene.slack.workspace.put_channel(replace(channel, is_ext_shared=True))
    modal = desk.form()

    same = desk.submit(modal, scope="smb", threshold="90").wait_for_field_errors()
    outside = desk.submit(modal, threshold="90", channels=[channel.id]).wait_for_field_errors()

    assert same == {"scope": "Alert 1 says that already: change who hears of it instead."}
    assert "shared with another company" in outside["channels"]


def test_a_person_who_may_not_hear_is_told_of_in_the_form(desk: AlertScene) -> None:
    guest = desk.scene.slack.workspace.add_user("guest", kind=UserKind.GUEST)
    modal = desk.form()

    errors = desk.submit(modal, threshold="90", people=[guest.id]).wait_for_field_errors()

    assert errors["people"].startswith("One of the people named cannot have this alert: guests")
    assert desk.own() == []


def test_a_person_whom_slack_does_not_tell_of_in_time_is_checked_once_the_form_is_closed(
    desk: AlertScene,
) -> None:
    stranger, modal = desk.scene.slack.workspace.add_user("stranger"), desk.form()
    desk.scene.slack.faults.always("users.info", Fault.server_error(503))

    desk.submit(modal, threshold="90", people=[stranger.id])

    assert "could not check with Slack who they are" in desk.told()
    assert desk.own() == []


def test_however_many_people_a_form_names_slack_is_asked_for_two_seconds_while_it_is_open(
    desk: AlertScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.handlers.CHECKING_SECONDS", 0.5)
    workspace, answers = desk.scene.slack.workspace, threading.Event()
    strangers = [workspace.add_user(f"stranger-{number}").id for number in range(9)]
    modal, known = desk.form(), len(desk.scene.slack.calls_to("users.info"))
    desk.scene.slack.faults.always("users.info", Fault.held(answers))

    sent = desk.submit(modal, threshold="90", people=strangers)
    sent.wait_for_ack()
    asked = len(desk.scene.slack.calls_to("users.info")) - known
    answers.set()

    assert asked <= 2  # the second once the form is closed
    assert sent.field_errors == {}
    assert desk.told().startswith("Alert 1 is set up")


def test_a_form_that_is_sent_twice_at_once_is_stored_once(desk: AlertScene) -> None:
    modal, ana = desk.form(), desk.scene.ana
    payload = submission_payload(user=ana, modal=modal, state=fill_in(modal, {"threshold": "90"}))
    check = desk.bot.handlers.feature.forms[ALERT_FORM]
    finish = [check(read_submission(payload)) for _ in range(2)]

    said = [one() for one in finish]

    assert said[0].text.startswith("Alert 1 is set up")
    assert said[1] == saved_before("/nrr alerts")
    assert len(desk.own()) == 1


def test_an_alert_that_is_removed_while_its_form_is_open_is_not_changed(desk: AlertScene) -> None:
    desk.said("smb below 90%")
    modal = desk.form("edit 1")
    desk.said("remove 1")

    desk.submit(modal, threshold="91")

    assert desk.told(3).startswith('There is no alert "1"')


def test_a_default_alert_has_no_form(desk: AlertScene) -> None:
    assert "Alert floor is nobody's own" in desk.said("edit floor")
    assert desk.scene.slack.calls_to("views.open") == []
