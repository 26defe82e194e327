"""An alert's message says in place what became of it, with the buttons that still make sense."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.refs import ALERT_ACKNOWLEDGE, ALERT_SNOOZE, ALERT_WAKE
from bot.alerts.telling.amending import amend, amended
from bot.alerts.telling.buttons import ALERT_ACCOUNTS, ALERT_ANSWER, ALERT_MUTE, ALERT_UNMUTE
from bot.alerts.telling.message import alert_message
from bot.alerts.telling.wording.aftermaths import aftermath_words
from bot.answers.answers import Answers
from bot.message import Message
from bot.style.pictures import with_pictures
from metrics.alerts.rules import DEFAULT_RULES
from metrics.alerts.states import TransitionKind
from storage.access.grants import take_grants
from storage.alerts import rules as alert_rules
from storage.alerts.actions import AlertAction, acknowledge
from storage.alerts.aftermaths import Aftermath
from storage.alerts.states import read_alerts
from tests.bot.alerts.telling.test_delivery import (
    ENTERPRISE,
    Pressing,
    closes_a_worse_month,
    direct,
    recipients_for,
    tell,
)
from tests.bot.delivery.letters import Office
from tests.bot.edge import let, running_bot, settings_for
from tests.bot.sample_alerts import briefing, many, sustained
from tests.bot.small_company import NOW
from tests.metrics.alerts.own_rules import below
from tests.slack.block_kit import find_errors
from tests.slack.messages import Message as Shown
from tests.storage.courses import DROP, course, month
from tests.storage.stores import import_text

SNOOZE = AlertAction(
    user_id="U0MAYA", at=NOW, until=date(2026, 12, 12), reason="<!here> renewal *pending*"
)
SEEN = AlertAction(user_id="U0MAYA", at=NOW, until=None, reason=None)
ALL = [ALERT_ACKNOWLEDGE, ALERT_SNOOZE, ALERT_ACCOUNTS, ALERT_ANSWER, ALERT_MUTE]


def after(**became: Any) -> Message:  # noqa: ANN401 - fields of Aftermath
    told = briefing(sustained())
    [worst] = told.notices
    found = {worst.notice.episode: Aftermath(**became)}
    message = amended(alert_message(told), found, now=NOW)
    assert find_errors(list(message.blocks)) == []
    return message


def test_an_alert_is_acknowledged_on_the_day_that_it_is_in_the_time_zone_of_the_workspace() -> None:
    at = datetime(2026, 12, 1, 2, tzinfo=UTC)  # nine in the evening of the day before
    seen = Aftermath(acknowledgement=replace(SEEN, at=at))

    said, *_ = aftermath_words(seen, now=at.astimezone(ZoneInfo("America/New_York")))

    assert said == "Acknowledged on 30 Nov by "


def line(message: Message | Shown) -> str:
    """Return the line under the headline, people by their ids."""
    block = message.blocks[1]
    if block["type"] != "rich_text" or "style" not in block["elements"][0]["elements"][0]:
        return ""
    elements = block["elements"][0]["elements"]
    return "".join(one.get("text") or f"@{one['user_id']}" for one in elements)


def pressable(message: Message | Shown) -> list[str]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [element["action_id"] for elements in rows for element in elements]


@pytest.mark.parametrize(
    ("became", "said", "buttons"),
    [
        ({}, "", ALL),
        (
            {"acknowledgement": SEEN},
            f"Acknowledged on {NOW.day} {NOW:%b} by @U0MAYA",
            [ALERT_SNOOZE, ALERT_ACCOUNTS, ALERT_ANSWER, ALERT_MUTE],
        ),
        (
            {"snooze": SNOOZE, "acknowledgement": SEEN},
            "Snoozed until 12 Dec by @U0MAYA: <!here> renewal *pending*",
            [ALERT_WAKE, ALERT_ACCOUNTS, ALERT_ANSWER, ALERT_MUTE],
        ),
        (
            {"snooze": replace(SNOOZE, user_id="command-line", until=date(2027, 1, 4))},
            "Snoozed until 4 Jan 2027 at the command line: <!here> renewal *pending*",
            [ALERT_WAKE, ALERT_ACCOUNTS, ALERT_ANSWER, ALERT_MUTE],
        ),
        (
            {"is_muted": True},
            "Muted for you",
            [ALERT_ACKNOWLEDGE, ALERT_SNOOZE, ALERT_ACCOUNTS, ALERT_ANSWER, ALERT_UNMUTE],
        ),
        (
            {"is_over": True, "ending": (TransitionKind.RESOLVED, date(2026, 10, 1))},
            "Recovered in October 2026",
            [ALERT_ACCOUNTS, ALERT_ANSWER],
        ),
        (
            {"is_over": True, "ending": (TransitionKind.WITHDRAWN, date(2026, 10, 1))},
            "Withdrawn: the figures were restated",
            [ALERT_ACCOUNTS, ALERT_ANSWER],
        ),
        ({"is_over": True}, "", [ALERT_ACCOUNTS, ALERT_ANSWER]),
        ({"is_removed": True, "snooze": SNOOZE}, "This rule was removed", []),
    ],
)
def test_what_became_of_an_alert_is_said_under_its_headline(
    became: dict[str, Any], said: str, buttons: list[str]
) -> None:
    message = after(**became)

    assert line(message) == said
    assert pressable(message) == buttons


def test_the_text_says_it_first_and_pings_nobody_by_what_was_typed() -> None:
    text = after(snooze=SNOOZE).text

    assert text.startswith("Snoozed until 12 Dec by <@U0MAYA>: ")
    assert "<!here>" not in text


def test_pictures_keep_their_place_above_the_buttons_or_where_they_were() -> None:
    for message in (after(snooze=SNOOZE), after(is_removed=True)):
        kinds = [block["type"] for block in with_pictures(message.blocks, [("F1", "a line")])]

        assert kinds[kinds.index("image") + 1] in {"actions", "divider"}


def test_an_alert_that_is_told_in_one_line_says_it_in_brackets() -> None:
    told = many()
    second = told.notices[1]
    found = {second.notice.episode: Aftermath(snooze=SNOOZE)}

    message = amended(alert_message(told), found, now=NOW)

    sections = [block["text"]["text"] for block in message.blocks if "accessory" in block]
    assert sections[0].endswith(" (Snoozed until 12 Dec)")
    assert not any("Snoozed" in section for section in sections[1:])


@pytest.fixture
def office(office: Office) -> Office:
    office.amend = partial(amend, office.store, office.now)
    return office


@dataclass
class Desk:
    """Ana, who presses the buttons under her alert, and looks at it again."""

    pressing: Pressing

    @property
    def office(self) -> Office:
        return self.pressing.office

    def press(self, button: str) -> Shown:
        """Press a button of the message as it is now, and return the message afterwards."""
        self.pressing.message = self.now()
        self.pressing.said(button)
        return self.settled()

    def settled(self) -> Shown:
        self.office.settle_down()
        return self.now()

    def now(self) -> Shown:
        found = direct(self.office)
        return next(one for one in found if one.ts == self.pressing.message.ts)


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    chosen = settings_for(office.slack)
    with running_bot(office.slack, store=office.store, asking=Answers.of(office.store, chosen)):
        yield Desk(Pressing(office))


def test_each_press_is_seen_in_the_message_and_can_be_undone(desk: Desk) -> None:
    ana, slack = desk.office.owner, desk.office.slack
    today = f"{desk.office.now().day} {desk.office.now():%b}"
    posts = len(desk.office.posts())

    acknowledged = desk.press(ALERT_ACKNOWLEDGE)
    assert line(acknowledged) == f"Acknowledged on {today} by @{ana.id}"
    assert pressable(acknowledged) == [ALERT_SNOOZE, ALERT_ACCOUNTS, ALERT_ANSWER, ALERT_MUTE]

    desk.pressing.ask_for_a_day()
    slack.submit(ana, slack.wait_for_modal(ana), {"reason": "renewal pending"})
    slack.wait_for_ephemerals(ana, 2)
    snoozed = desk.settled()
    assert line(snoozed).startswith("Snoozed until ")
    assert line(snoozed).endswith(f" by @{ana.id}: renewal pending")
    assert pressable(snoozed)[0] == ALERT_WAKE

    assert line(desk.press(ALERT_WAKE)) == line(acknowledged)
    assert ALERT_UNMUTE in pressable(desk.press(ALERT_MUTE))
    assert ALERT_MUTE in pressable(desk.press(ALERT_UNMUTE))
    assert len(desk.office.posts()) == posts
    assert [block["type"] for block in desk.now().blocks].count("image") == 1


def test_a_recovery_is_seen_in_the_message_that_told_of_the_drop(desk: Desk) -> None:
    text = course(since=8, enterprise=[*DROP, "102"], smb=["102"] * 9)
    import_text(desk.office.store, text, closed_through=month(9))

    tell(desk.office)

    assert line(desk.now()) == "Recovered in September 2025"
    assert pressable(desk.now()) == [ALERT_ACCOUNTS, ALERT_ANSWER]


def test_a_second_reader_of_a_channel_sees_who_has_it(office: Office) -> None:
    recipients_for(office.store, office.channel.id)
    tell(office)
    [posted] = office.shown()
    assert ALERT_MUTE not in pressable(posted)
    chosen = settings_for(office.slack)
    with running_bot(office.slack, store=office.store, asking=Answers.of(office.store, chosen)):
        office.slack.click(office.owner, posted, ALERT_ACKNOWLEDGE).wait_for_answer()

    office.settle_down()

    [shown] = office.shown()
    assert line(shown).endswith(f"by @{office.owner.id}")


def test_a_removed_rule_leaves_its_message_without_buttons(office: Office) -> None:
    with office.store.write(ledger=False) as session:
        for rule_id in ("sustained-drop", "shock", "floor", "masking"):
            alert_rules.set_enabled(session, rule_id, is_enabled=False, now=NOW)
        own = below("100", ENTERPRISE)
        record = alert_rules.add(
            session, own, owner_id=office.owner.id, recipients=(office.owner.id,), now=NOW
        )
    tell(office)
    with office.store.write(ledger=False) as session:
        alert_rules.remove(session, record.rule.rule_id, now=NOW)

    office.settle_down()

    [shown] = direct(office)
    assert line(shown) == "This rule was removed"
    assert pressable(shown) == []


def test_who_may_not_see_the_figures_any_more_gets_no_update_with_them(office: Office) -> None:
    bob = office.slack.workspace.add_user("bob")
    let(office.store, bob.id, account_detail=True)
    recipients_for(office.store, bob.id)
    tell(office)
    [before] = direct(office, bob)
    with office.store.write(ledger=False) as session:
        take_grants(session, bob.id)
    closes_a_worse_month(office)
    updates = len(office.slack.calls_to("chat.update"))
    with office.store.write(ledger=False) as session:
        for one in read_alerts(session).values():
            rule = next(rule for rule in DEFAULT_RULES if rule.rule_id == one.rule_id)
            acknowledge(session, rule.over(one.scope), user_id=office.owner.id, now=NOW)

    office.settle_down()

    assert direct(office, bob)[0] == before
    assert len(office.slack.calls_to("chat.update")) == updates
