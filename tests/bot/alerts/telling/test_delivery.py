"""Alerts as people meet them: a direct message with its picture, and what its buttons do."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.alerts.evaluating import Evaluator
from bot.alerts.refs import ALERT_ACKNOWLEDGE, ALERT_SNOOZE
from bot.alerts.telling.buttons import ALERT_ACCOUNTS, ALERT_ANSWER, ALERT_DETAILS, ALERT_MUTE
from bot.alerts.wiring import build_alert_job
from bot.answers.answers import Answers
from bot.app.clock_guard import ClockGuard
from bot.clock import utc_now
from bot.slack.client import slack_client
from metrics.alerts.rules import DEFAULT_RULES
from metrics.alerts.states import AlertState
from storage.access.grants import Role, take_grants
from storage.alerts.actions import muted_by
from storage.alerts.rules import OWNERS, add, set_recipients
from storage.alerts.states import read_alerts
from storage.delivery.parcels import State
from storage.store.engine import Store
from tests.bot.delivery.letters import Office
from tests.bot.edge import approve, let, running_bot, settings_for, ticking
from tests.metrics.alerts.own_rules import below
from tests.slack.interactions import Interaction
from tests.slack.messages import Message
from tests.slack.people import Channel, User, UserKind
from tests.slack.server import FakeSlack
from tests.slack.talking import Remark, say
from tests.slack.waiting import wait_for
from tests.storage.at_head import set_up
from tests.storage.courses import DROP, HEADER, STEADY, course, month
from tests.storage.filled import fill
from tests.storage.stores import csv_text, import_text, open_store

pytestmark = pytest.mark.slack

SMB = (("segment", "smb"),)
ENTERPRISE = (("segment", "enterprise"),)


def tell(office: Office) -> None:
    """Evaluate, tell and deliver, as the ticks do."""
    write(office)
    office.settle_down()


def write(office: Office) -> None:
    """Evaluate, and put on its way what is to be told."""
    chosen = settings_for(office.slack, nrrbot_alerts_to=(office.owner.id,))
    build_alert_job(
        chosen,
        evaluator=Evaluator(answers=Answers.of(office.store, chosen), now=office.now),
        client=slack_client(chosen),
        gate=office.gate(),
    ).run()


def direct(office: Office, person: User | None = None) -> list[Message]:
    """Return the messages that somebody, Ana by default, has got from the bot."""
    dm = office.slack.workspace.open_dm((person or office.owner).id)
    return office.slack.workspace.messages(dm.id)


def recipients_for(store: Store, *recipients: str) -> None:
    for one in DEFAULT_RULES:
        with store.write(ledger=False) as session:
            set_recipients(session, one.rule_id, recipients, now=utc_now())


def test_an_administrator_is_told_of_a_drop_with_its_picture(office: Office) -> None:
    chosen = settings_for(office.slack, nrrbot_admin=office.owner.id)
    guard = ClockGuard(now=utc_now, monotonic=time.monotonic)
    with ticking(chosen, office.store, guard):
        wait_for(lambda: [row.picture_state for row in office.rows()] == ["shown"])

    [message] = direct(office)
    assert message.text.startswith(
        "NRR of enterprise fell to 98.0% in August 2025, 4.0 points below usual"
    )
    assert [block["type"] for block in message.blocks].count("image") == 1
    assert "enterprise-00" in message.text


def test_who_sees_one_segment_hears_of_that_alone_and_without_its_accounts(office: Office) -> None:
    bob = office.slack.workspace.add_user("bob")
    let(office.store, bob.id, *SMB)
    zoe = office.slack.workspace.add_user("zoe")
    let(office.store, zoe.id, *ENTERPRISE)
    recipients_for(office.store, bob.id, zoe.id)

    tell(office)

    assert direct(office, bob) == []
    [message] = direct(office, zoe)
    assert "enterprise fell" in message.text
    assert "enterprise-00" not in message.text
    assert "company" not in message.text


def test_who_lost_the_right_before_it_is_sent_gets_nothing_and_the_administrators_hear(
    office: Office, slack: FakeSlack
) -> None:
    bob = slack.workspace.add_user("bob")
    let(office.store, bob.id)
    recipients_for(office.store, bob.id)
    office.admin_channel = office.owner.id
    slack.workspace.put_user(replace(bob, kind=UserKind.DEACTIVATED))

    tell(office)

    assert direct(office, bob) == []
    [said] = office.told()
    assert f"<@{bob.id}>" in said
    assert "could not be delivered" in said
    assert "98" not in said


def test_a_grant_that_is_revoked_between_writing_and_sending_stops_the_message(
    office: Office, slack: FakeSlack
) -> None:
    bob = slack.workspace.add_user("bob")
    let(office.store, bob.id)
    recipients_for(office.store, bob.id)
    write(office)
    with office.store.write(ledger=False) as session:
        take_grants(session, bob.id)

    office.settle_down()

    assert direct(office, bob) == []
    assert office.rows()[0].state == State.DEAD


def test_a_public_channel_hears_of_what_an_administrator_approved(office: Office) -> None:
    public = office.slack.workspace.add_channel("all-hands")
    recipients_for(office.store, public.id)
    tell(office)
    assert office.shown(public) == []

    approve(office.store, public)
    closes_a_worse_month(office)
    tell(office)

    [message] = office.shown(public)
    assert "93.0%" in message.text
    assert "enterprise-00" not in message.text


def closes_a_worse_month(office: Office) -> None:
    text = course(since=8, enterprise=[*DROP, "93"], smb=["102"] * 9)
    import_text(office.store, text, closed_through=month(9))


def test_account_owners_are_found_by_their_e_mail(office: Office, slack: FakeSlack) -> None:
    maya = slack.workspace.add_user("maya")
    let(office.store, maya.id, account_detail=True)
    rows = [
        f"o{number:02},enterprise-{number:02},{month(0)},0.01,USD,{maya.email}"
        for number in range(12)
    ]
    header = "movement_id,account_id,date,amount,currency,owner"
    import_text(office.store, csv_text(*rows, header=header), closed_through=month(8))
    recipients_for(office.store, OWNERS)

    tell(office)

    [message] = direct(office, maya)
    assert "enterprise" in message.text
    assert "Yours: enterprise-" in message.text
    assert "Largest" not in message.text  # all of them are hers


class Pressing:
    """Somebody who presses the buttons of the alert that they got."""

    def __init__(self, office: Office) -> None:
        tell(office)
        self.office = office
        [self.message] = direct(office)

    def click(self, button: str, choice: str | None = None) -> Interaction:
        return self.office.slack.click(self.office.owner, self.message, button, choice=choice)

    def said(self, button: str, choice: str | None = None) -> str:
        return self.click(button, choice).wait_for_answer().text

    def ask_for_a_day(self) -> Interaction:
        """Pick the last option of the menu of snoozes, which opens the form."""
        return self.click(ALERT_SNOOZE, self.snoozes()[-1])

    def snoozes(self) -> list[str]:
        """The values of what the menu of snoozes offers."""
        rows = (one for block in self.message.blocks for one in block.get("elements", ()))
        [menu] = [one for one in rows if one.get("action_id") == ALERT_SNOOZE]
        return [option["value"] for option in menu["options"]]

    def change(self, button: str, **into: str) -> None:
        """Let a button of the message be one that an older alert, or another version, has."""
        current = self.office.slack.workspace.message(self.message.channel, self.message.ts)
        assert current is not None
        elements = [one for block in current.blocks for one in block.get("elements", ())]
        [found] = [one for one in elements if one.get("action_id") == button]
        found.update(into)


@pytest.fixture
def pressing(office: Office) -> Iterator[Pressing]:
    chosen = settings_for(office.slack)
    answers = Answers.of(office.store, chosen)
    with running_bot(office.slack, store=office.store, asking=answers):
        yield Pressing(office)


def stands(office: Office, scope: tuple[tuple[str, str], ...] = ENTERPRISE) -> list[AlertState]:
    with office.store.read() as session:
        alerts = read_alerts(session)
    fingerprints = [one.over(scope).fingerprint for one in DEFAULT_RULES]
    states = [alerts[one].state for one in fingerprints if one in alerts]
    return [state for state in states if state.episode is not None]


def fingerprint_of(office: Office) -> str:
    """The first alert of enterprise that was told."""
    with office.store.read() as session:
        alerts = read_alerts(session)
    return next(key for key, one in alerts.items() if one.scope == ENTERPRISE and one.state.episode)


def test_a_press_is_for_no_rule_that_only_others_heard_of(pressing: Pressing) -> None:
    office = pressing.office
    bob = office.slack.workspace.add_user("bob")
    let(office.store, bob.id, *ENTERPRISE)
    recipients_for(office.store, office.owner.id, bob.id)
    with office.store.write(ledger=False) as session:
        own = below("100", ENTERPRISE)
        added = add(session, own, owner_id=bob.id, recipients=(bob.id,), now=utc_now())
    tell(office)

    pressing.said(ALERT_ACKNOWLEDGE)

    with office.store.read() as session:
        his = read_alerts(session)[added.rule.fingerprint].state
    assert his.episode is not None
    assert not his.episode.is_acknowledged


def test_an_alert_is_acknowledged(pressing: Pressing) -> None:
    assert "no more reminders" in pressing.said(ALERT_ACKNOWLEDGE)
    assert "no more reminders" in pressing.said(ALERT_ACKNOWLEDGE)

    both = [state.episode for state in stands(pressing.office)]
    assert [one is not None and one.is_acknowledged for one in both] == [True, True]


def test_an_alert_is_snoozed_with_a_reason_and_a_day(pressing: Pressing) -> None:
    pressing.ask_for_a_day()
    slack, ana = pressing.office.slack, pressing.office.owner
    modal = slack.wait_for_modal(ana)

    slack.submit(ana, modal, {"reason": "known migration"})
    wait_for(lambda: slack.workspace.ephemerals(ana.id))

    [said] = slack.workspace.ephemerals(ana.id)
    assert said.text.startswith("Snoozed until ")
    assert [bool(state.snoozed_until) for state in stands(pressing.office)] == [True, True]


def in_thread(pressing: Pressing, text: str) -> Message:
    """Let Ana write below the alert in the conversation with the bot."""
    office, message = pressing.office, pressing.message
    below = Remark(slack=office.slack, message=message)
    dm = office.slack.workspace.open_dm(office.owner.id)
    return say(office.slack, office.owner, dm, text, below=below).wait_for_answer()


def test_an_alert_is_silenced_by_words_in_its_thread(pressing: Pressing) -> None:
    def are(name: str) -> list[bool]:
        return [bool(getattr(state, name)) for state in stands(pressing.office)]

    asked = in_thread(pressing, "Snooze it, please")
    assert asked.text.startswith("Until when?")
    assert ALERT_SNOOZE in str(asked.blocks)
    assert are("snoozed_until") == [False, False]

    assert in_thread(pressing, "snooze it for 2w because of a migration").text.startswith("Snoozed")
    assert are("snoozed_until") == [True, True]
    assert in_thread(pressing, "wake it").text.startswith("Not snoozed any more")
    assert in_thread(pressing, "snooze it for 2w").text.startswith("Snoozed")
    assert in_thread(pressing, "unsnooze it").text.startswith("Not snoozed any more")
    assert are("snoozed_until") == [False, False]
    assert "no more reminders" in in_thread(pressing, "acknowledge").text
    assert "2 alerts" not in in_thread(pressing, "mute it").text
    with pressing.office.store.read() as session:
        assert muted_by(session, pressing.office.owner.id)


def test_a_question_below_an_alert_is_about_what_the_alert_is_about(pressing: Pressing) -> None:
    why = in_thread(pressing, "why?").text

    assert why.startswith("NRR of enterprise stood still: 98.0% in Jul, 98.0% in Aug 2025")
    assert in_thread(pressing, "and smb?").text.startswith("NRR of smb")


def test_words_that_silence_elsewhere_ask_which_alert_is_meant(pressing: Pressing) -> None:
    office = pressing.office
    dm = office.slack.workspace.open_dm(office.owner.id)

    said = say(office.slack, office.owner, dm, "snooze it").wait_for_answer()

    assert "say which alert" in said.text.lower()
    assert "/nrr alert snooze 3 until friday" in said.text
    for numbered in ("snooze 77 until friday", "mute 77"):
        there = say(office.slack, office.owner, dm, numbered).wait_for_answer()
        assert there.text.startswith('There is no alert "77"')
    assert not any(state.snoozed_until for state in stands(office))


def test_words_below_an_alert_that_name_others_are_about_those(pressing: Pressing) -> None:
    said = [in_thread(pressing, words).text for words in ("snooze smb for 2w", "mute 77")]

    assert [words.split(":")[0] for words in said] == [
        'There is no alert "smb"',
        'There is no alert "77"',
    ]
    assert not any(state.snoozed_until for state in stands(pressing.office))


@pytest.mark.parametrize(("place", "days"), [(0, 1), (1, 7), (2, 14)])
def test_one_pick_snoozes_for_so_many_days_without_a_reason(
    pressing: Pressing, place: int, days: int
) -> None:
    today = Answers.of(pressing.office.store, settings_for(pressing.office.slack)).today
    before = today()

    said = pressing.said(ALERT_SNOOZE, pressing.snoozes()[place])

    [until] = {state.snoozed_until for state in stands(pressing.office)}
    assert until in {before + timedelta(days), today() + timedelta(days)}
    assert said.startswith(f"Snoozed until {until.day} {until:%B %Y}")


def test_a_snooze_for_too_long_is_refused_in_the_form(
    pressing: Pressing,
) -> None:
    pressing.ask_for_a_day()
    slack, ana = pressing.office.slack, pressing.office.owner
    modal = slack.wait_for_modal(ana)

    sent = slack.submit(ana, modal, {"reason": "known", "until": "2099-01-01"})
    assert "90 days" in sent.wait_for_field_errors()["until"]


def test_the_accounts_and_the_full_answer_are_shown(pressing: Pressing) -> None:
    assert "enterprise-00" in pressing.said(ALERT_ACCOUNTS)
    answer = pressing.said(ALERT_ANSWER)
    assert "98.0%" in answer
    assert "2025-08" in answer or "August 2025" in answer


def test_an_alert_that_is_one_of_several_is_shown_in_full(pressing: Pressing) -> None:
    pressing.change(ALERT_ACCOUNTS, action_id=ALERT_DETAILS)

    assert "enterprise-00" in pressing.said(ALERT_DETAILS)


def test_a_button_whose_alert_is_gone_or_was_never_there_is_told_in_a_sentence(
    pressing: Pressing,
) -> None:
    pressing.change(ALERT_ACCOUNTS, value="what was this?")
    pressing.change(ALERT_ANSWER, value=f"{fingerprint_of(pressing.office)}:1:")

    assert "another version of me" in pressing.said(ALERT_ACCOUNTS)
    assert "No month was judged yet" in pressing.said(ALERT_ANSWER)
    pressing.change(ALERT_ANSWER, value="nothing:1:2025-08-01")
    assert "has been removed" in pressing.said(ALERT_ANSWER)


def test_an_alert_that_is_over_needs_no_acknowledgement(pressing: Pressing) -> None:
    text = course(since=8, enterprise=[*DROP, "102"], smb=["102"] * 9)
    import_text(pressing.office.store, text, closed_through=month(9))
    tell(pressing.office)

    assert "nothing left to acknowledge" in pressing.said(ALERT_ACKNOWLEDGE)


def test_a_muted_alert_is_silent_for_who_muted_it(pressing: Pressing) -> None:
    assert "Muted" in pressing.said(ALERT_MUTE)

    with pressing.office.store.read() as session:
        assert len(muted_by(session, pressing.office.owner.id)) == 2


def test_who_may_not_see_single_accounts_is_told_which_line_lets_them(pressing: Pressing) -> None:
    office, owner = pressing.office, pressing.office.owner
    let(office.store, owner.id, role=Role.ANALYST)

    said = pressing.said(ALERT_ACCOUNTS)

    assert said == (
        "This shows single accounts and what they pay: ask an administrator of this bot to type"
        f" `/nrr access grant {owner.id} analyst company with accounts`."
    )
    let(office.store, owner.id, role=Role.ANALYST, account_detail=True)
    assert "enterprise-0" in pressing.said(ALERT_ACCOUNTS)


def test_a_button_says_no_figure_of_a_small_group_to_who_may_not_see_accounts(
    pressing: Pressing, monkeypatch: pytest.MonkeyPatch
) -> None:
    let(pressing.office.store, pressing.office.owner.id, role=Role.ANALYST)
    monkeypatch.setattr("metrics.small_groups.FEWEST_TO_SHOW", 1_000)  # as if all were small
    pressing.change(ALERT_ACCOUNTS, action_id=ALERT_DETAILS)

    said = pressing.said(ALERT_DETAILS)

    assert said.startswith("That could tell of fewer than five accounts")


def test_who_may_not_see_accounts_reads_the_details_of_a_group_that_is_large(
    pressing: Pressing,
) -> None:
    let(pressing.office.store, pressing.office.owner.id, role=Role.ANALYST)
    pressing.change(ALERT_ACCOUNTS, action_id=ALERT_DETAILS)

    said = pressing.said(ALERT_DETAILS)

    assert said.startswith("NRR of enterprise fell to 98.0% in August 2025, 4.0 points below usual")
    assert "Contraction of $26.5k in August" in said
    assert "enterprise-0" not in said


def test_who_may_not_see_the_segment_any_more_can_press_nothing(pressing: Pressing) -> None:
    with pressing.office.store.write(ledger=False) as session:
        take_grants(session, pressing.office.owner.id)
    let(pressing.office.store, pressing.office.owner.id, *SMB)

    said = pressing.said(ALERT_ACCOUNTS)

    assert "may not see" in said
    assert "enterprise-0" not in said


@pytest.fixture
def early(slack: FakeSlack, tmp_path: Path, ana: User, revops: Channel) -> Iterator[Office]:
    """The same company with July closed, and August in and not closed yet."""
    with open_store(tmp_path / "early.db") as store:
        set_up(store)
        text = course(enterprise=DROP, smb=[*STEADY, "104", "104"])
        fill(store, text, closed_through=month(7))
        yield Office(slack=slack, store=store, owner=ana, channel=revops)


def test_a_month_that_is_not_closed_is_told_once_as_provisional_and_its_buttons_answer(
    early: Office,
) -> None:
    chosen = settings_for(early.slack)
    with running_bot(early.slack, store=early.store, asking=Answers.of(early.store, chosen)):
        pressing = Pressing(early)
        tell(early)

        assert direct(early) == [pressing.message]
        assert pressing.message.text.startswith(
            "Provisional: NRR of enterprise is 98.0% in August 2025 so far, 4.0 points below usual"
        )
        assert "enterprise-00" in pressing.said(ALERT_ACCOUNTS)
        assert "98.0%" in pressing.said(ALERT_ANSWER)
        assert "Muted" in pressing.said(ALERT_MUTE)
        with early.store.read() as session:
            rules = {"sustained-drop", "shock"}  # both say so, in one message
            assert muted_by(session, early.owner.id) == {
                one.over(ENTERPRISE).fingerprint for one in DEFAULT_RULES if one.rule_id in rules
            }


def test_who_lost_the_right_before_a_provisional_notice_is_sent_gets_none(early: Office) -> None:
    bob = early.slack.workspace.add_user("bob")
    let(early.store, bob.id, account_detail=True)
    recipients_for(early.store, bob.id)
    write(early)
    with early.store.write(ledger=False) as session:
        take_grants(session, bob.id)

    early.settle_down()

    assert direct(early, bob) == []
    assert early.rows()[0].state == State.DEAD


@pytest.fixture
def year(slack: FakeSlack, tmp_path: Path, ana: User, revops: Channel) -> Iterator[Office]:
    """Thirteen closed months of 99 %, which are 88.6 % over the last twelve of them."""
    with open_store(tmp_path / "year.db") as store:
        set_up(store)
        fill(store, course(smb=["99"] * 13), closed_through=month(13))
        yield Office(slack=slack, store=store, owner=ana, channel=revops)


def test_the_buttons_of_a_twelve_month_alert_ask_the_twelve_months(year: Office) -> None:
    chosen = settings_for(year.slack)
    with running_bot(year.slack, store=year.store, asking=Answers.of(year.store, chosen)):
        pressing = Pressing(year)

        assert pressing.message.text.startswith("12-month GRR of the company is 88.6%, below 90%")
        assert "12 accounts shrank in the 12 months to January 2026" in pressing.said(
            ALERT_ACCOUNTS
        )
        answer = pressing.said(ALERT_ANSWER)
        assert "88.6%" in answer.splitlines()[0]


def test_masking_is_one_message_that_stands_for_the_floor_under_it(
    slack: FakeSlack, tmp_path: Path, ana: User, revops: Channel
) -> None:
    start, late = month(0) - timedelta(days=9), month(12) + timedelta(days=9)
    names = [f"a{number:02}" for number in range(12)]
    opened = [f"open-{name},{name},{start},1000,USD,smb" for name in names]
    # Four of twelve leave, which is a GRR of 66.7 %; the others pay 60 % more: NRR 106.7 %.
    lost = [f"lost-{name},{name},{late},-1000,USD,smb" for name in names[:4]]
    gained = [f"more-{name},{name},{late},600,USD,smb" for name in names[4:]]
    with open_store(tmp_path / "masked.db") as store:
        set_up(store)
        text = csv_text(*opened, *lost, *gained, header=HEADER)
        import_text(store, text, closed_through=month(13))
        office = Office(slack=slack, store=store, owner=ana, channel=revops)

        tell(office)

        [message] = direct(office)
        assert message.text.startswith(
            "12-month GRR of the company fell below 90%: now 66.7%, under an NRR of 106.7%"
        )
        assert "It stands for the alerts of smb 66.7%." in message.text
        assert message.text.count("66.7%") == 2
        with store.read() as session:
            states = {one.rule_id: one.state for one in read_alerts(session).values()}
        assert states["floor"].name == states["masking"].name == "firing"
