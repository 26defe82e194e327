"""Whatever a ledger calls its accounts and segments, a message shows it and does nothing else."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.rules.list_message import alert_list
from bot.alerts.rules.wording.sentences import ListedAlert, ListedRule
from bot.alerts.telling.details import NoticeDetails
from bot.alerts.telling.message import alert_message, details_message
from bot.answers.answer import Reply
from bot.answers.reply import private_reply, shared_reply
from bot.answers.wording.pictures import answer_alt_text
from bot.digests.list_message import digest_list
from bot.digests.message import digest_message, thread_message
from bot.digests.wording.subscriptions import Listed
from bot.message import Message
from metrics.activity import Activity
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import SUSTAINED_DROP
from metrics.alerts.states import AlertState
from metrics.moved import Moved
from metrics.movements import MovementKind
from storage.alerts.actions import AlertAction
from storage.alerts.rules import RuleRecord
from storage.digests.subscriptions import (
    Destination,
    DigestContent,
    Subscription,
    SubscriptionStatus,
)
from storage.ledger.account_changes import AccountChange
from storage.tables.delivery import SubscriptionState
from tests.bot.sample_accounts import sample_card, sample_ranking
from tests.bot.sample_alerts import ACME, briefing, sustained, with_segments_called
from tests.bot.sample_answers import sample_answer, slices_of
from tests.bot.sample_digests import digest_naming
from tests.bot.sample_trends import RISING, sample_trend
from tests.bot.sample_views import sample_moves
from tests.metrics.retentions import retention_of
from tests.slack.block_kit import find_errors
from tests.storage.subscribers import weekly

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
ORDINARY = "Acme"
HOSTILE = (
    "<!channel>",
    "<!subteam^S1> <@U1> <#C1>",
    "<https://e.example|Reset your password>",
    "https://e.example/?x=1",
    "*bold* _it_ ~no~ `code` ```block```",
    "> quoted",
    "&lt;!here&gt;",
    ":rotating_light: :+1:",
    r"$\frac{1}{0}$",
    "[red]x[/red] {0} %s %(x)s ${x}",
    "\u202egnp.exe\u2066 \u200b\x1b[31m\x07\x00",
    "a\nb\r\nc\u2028d",
    '=HYPERLINK("http://e.example")',
    "x" * 5_000,
    "\U0001f4b8" * 99,
    "\ud800",
)
names = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet=st.sampled_from("<>!@#|*_~`:/&$\\\u202e\n ab1"), max_size=60),
    st.text(max_size=60),
)
LIVE = re.compile(r"[<>*~`]|(?<![^\W_])_|_(?![^\W_])|://|:[\w+'-]*[^\W\d][\w+'-]*:")
"""What Slack's mrkdwn would make something of."""


def an_answer(name: str) -> Message:
    activity = Activity(
        by_kind={MovementKind.CHURN: -100}, by_driver={(MovementKind.CHURN, name): -100}
    )
    parts = slices_of(name, {name: retention_of(100_000, churn=100)})
    answer = sample_answer(
        scope=(("segment", name),), activity=activity, breakdown=parts, dimension=name
    )
    return private_reply(answer, can_share=True, main_dimension="segment")


def a_shared_answer(name: str) -> Message:
    answer = sample_answer(scope=((name, name),))
    picture = ("F00000001", answer_alt_text(answer))
    return shared_reply(answer, shared_by="U1", picture=picture, main_dimension=name)


def a_trend(name: str) -> Message:
    trend = sample_trend(RISING, {name: RISING, "smb": RISING}, dimension=name)
    return private_reply(trend, can_share=True, main_dimension="segment")


def a_shared_trend(name: str) -> Message:
    trend = sample_trend(scope=(("segment", name),))
    return shared_reply(trend, shared_by="U1", main_dimension="segment")


def a_digest(name: str) -> Message:
    return digest_message(digest_naming(name))


def the_thread_of_a_digest(name: str) -> Message:
    message = thread_message(digest_naming(name))
    assert message is not None
    return message


def a_list_of_digests(name: str) -> Message:
    subscription = Subscription(
        id=1,
        destination=Destination(team_id="T1", channel_id="C1", owner_id="U1"),
        content=DigestContent(scope=(("segment", name),), dimension=name),
        schedules=(weekly(),),
        status=SubscriptionStatus(state=SubscriptionState.ACTIVE, changed_at=NOW),
        created_at=NOW,
    )
    listed = Listed(subscription=subscription, why="", last_sent=None, stuck=())
    return digest_list([listed], now=NOW)


def an_alert(name: str) -> Message:
    details = told_of(name)
    return alert_message(briefing(details, details, breakdown=(details,)))


def an_alert_in_detail(name: str) -> Message:
    return details_message(told_of(name), names_shown=True)


def told_of(name: str) -> NoticeDetails:
    """A drop of accounts and segments that are all called so."""
    details = sustained(drivers=(replace(ACME, name=name, attributes={"owner": name}),))
    return replace(with_segments_called(name, details), rule=details.rule.over(((name, name),)))


def a_list_of_alerts(name: str) -> Message:
    rule = SUSTAINED_DROP.over(((name, name),))
    alert = ListedAlert(
        alert=Alert(rule=rule, state=AlertState(snoozed_until=NOW.date()), recipients=()),
        snooze=AlertAction(user_id="U1", at=NOW, until=NOW.date(), reason=name),
    )
    record = RuleRecord(rule=rule, owner_id="U1", recipients=("U1",))
    return alert_list([ListedRule(record=record, alerts=(alert,))], asker="U1", today=NOW.date())


def private(reply: Reply) -> Message:
    return private_reply(reply, can_share=True, main_dimension="segment")


def a_list_of_accounts(name: str) -> Message:
    left = AccountChange(
        account_id=name,
        name=name,
        opening=410_000,
        closing=0,
        attributes={"owner": name},
        drivers={name: -410_000},
    )
    return private(sample_moves(Moved.CHURNED, (left,), reasons={name: -410_000}))


def a_card(name: str) -> Message:
    return private(sample_card(name))


def accounts_at_risk(name: str) -> Message:
    return private(sample_ranking(name))


MESSAGES: tuple[Callable[[str], Message], ...] = (
    an_answer,
    a_shared_answer,
    a_trend,
    a_shared_trend,
    a_digest,
    the_thread_of_a_digest,
    a_list_of_digests,
    an_alert,
    an_alert_in_detail,
    a_list_of_alerts,
    a_list_of_accounts,
    a_card,
    accounts_at_risk,
)


def parts_of(piece: object) -> Iterator[dict[str, object]]:
    """Yield every object in a message's blocks."""
    if isinstance(piece, dict):
        yield piece
        for value in piece.values():
            yield from parts_of(value)
    elif isinstance(piece, (list, tuple)):
        for value in piece:
            yield from parts_of(value)


def shown_texts(message: Message) -> list[str]:
    """Return what people read: buttons also carry questions, which nobody does."""
    texts = [part["text"] for part in parts_of(message.blocks) if isinstance(part.get("text"), str)]
    return [message.text, *map(str, texts)]


def markdown_in(message: Message) -> list[object]:
    return [part["text"] for part in parts_of(message.blocks) if part.get("type") == "mrkdwn"]


def hidden_in(text: str) -> set[str]:
    categories, own = {"Cc", "Cf", "Cs", "Zl", "Zp"}, re.compile("(?<=[+\u2212\u2013])\u2060")
    return {c for c in own.sub("", text) if unicodedata.category(c) in categories} - set(
        "\n\u200c\u200d"
    )


@pytest.mark.parametrize("build", MESSAGES)
@given(name=names)
def test_no_name_pings_links_formats_hides_or_breaks_a_message(
    build: Callable[[str], Message], name: str
) -> None:
    message, ordinary = build(name), build(ORDINARY)

    assert Counter(LIVE.findall(message.text)) == Counter(LIVE.findall(ordinary.text))
    assert {part.get("type") for part in parts_of(message.blocks)} <= SHOWN_AS_IT_IS
    assert markdown_in(message) == markdown_in(ordinary)
    assert all(
        part["emoji"] is False
        for part in parts_of(message.blocks)
        if part.get("type") == "plain_text"
    )
    assert [text for text in shown_texts(message) if hidden_in(text)] == []
    assert find_errors(list(message.blocks)) == []
    json.dumps([message.text, message.blocks], ensure_ascii=False).encode()


SHOWN_AS_IT_IS = {
    None,
    *("header", "section", "context", "divider", "image", "actions", "button", "overflow", "table"),
    "static_select",
    *("rich_text", "rich_text_section", "rich_text_list", "text", "plain_text", "raw_text"),
    *("data_visualization", "bar", "line"),
    "mrkdwn",  # says who shared an answer, and no more: `markdown_in`
}
"""Nothing in rich text that pings, formats or leads anywhere."""
