"""What the bot answers to mentions, in threads, and in its own direct conversations."""

import threading
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from bot.answers.answer import Reply
from bot.answers.answers import Answers
from bot.app.limit import MAX_REQUESTS, ConcurrencyLimit
from bot.questions.buttons import SHARE, WHY
from storage.access import audit
from storage.access.grants import Role
from storage.channels.posts import stamps
from storage.errors import StoreBusyError
from tests.bot.conversations.scene import Talk
from tests.bot.edge import approve, running_bot
from tests.bot.offered import find_offer, offered
from tests.bot.small_company import answers_from
from tests.slack.faults import Fault
from tests.slack.interactions import Interaction
from tests.slack.people import ChannelKind, User, UserKind
from tests.slack.server import FakeSlack
from tests.slack.talking import Remark, delete, edit, say
from tests.slack.waiting import WAIT_SECONDS, wait_for
from tests.slow import IS_SLOW

pytestmark = pytest.mark.slack

MENTIONS = 250 if IS_SLOW else 120
Q3 = "how is enterprise doing in Q3 2026?"


def home_button(talk: Talk, user: User, label: str) -> str:
    view = talk.slack.workspace.home(user.id)
    assert view is not None
    elements = (one for block in view.blocks for one in block.get("elements", ()))
    buttons = (one for one in elements if one["type"] == "button")
    return {one["text"]["text"]: str(one["action_id"]) for one in buttons}[label]


def test_a_thread_goes_on_from_its_last_question(talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()

    first = talk.mention(f"Hey, could you please tell me {Q3} Thanks!", revops, by=ana)
    said = first.wait_for_answer()
    assert said.text.startswith("NRR 90.0% · GRR 90.0% in Q3 2026 · enterprise")
    assert said.thread_ts == first.message.ts
    assert "Shared by" not in said.text

    for text, heading in (
        ("and smb?", "NRR 80.0% · GRR 80.0% in Q3 2026 · smb"),
        ("by plan", "NRR 80.0% · GRR 80.0% in Q3 2026 · smb · by plan"),
        ("why?", "NRR of smb fell 20.0 points: 100.0% in Q2, 80.0% in Q3 2026"),
        ("last month", "NRR of smb"),
        ("enterprise Q3 2026 vs smb", "NRR: enterprise 90.0%, smb 80.0% in Q3 2026"),
        ("last quarter", "NRR: enterprise 90.0%, smb 80.0% in Q3 2026"),
    ):
        below = talk.mention(text, revops, by=ana, below=first)
        assert below.wait_for_answer().text.startswith(heading), text


def test_another_thread_begins_anew(talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()
    talk.mention(Q3, revops, by=ana).wait_for_answer()

    said = talk.mention("by plan", revops, by=ana).wait_for_answer()

    assert said.text.startswith("NRR 100.0% · GRR 100.0% in October 2026 · by plan")


def test_a_direct_message_needs_no_slash_and_goes_on_too(talk: Talk) -> None:
    ana = talk.person()
    dm = talk.dm(ana)

    first = say(talk.slack, ana, dm, Q3).wait_for_answer()
    second = say(talk.slack, ana, dm, "and smb?").wait_for_answer()
    card = say(talk.slack, ana, dm, "account smb-7").wait_for_answer()

    assert first.text.startswith("NRR 90.0%")
    assert second.text.startswith("NRR 80.0% · GRR 80.0% in Q3 2026 · smb")
    assert "smb-7" in card.text
    assert SHARE not in offered(second)
    assert say(talk.slack, ana, dm, "access").wait_for_answer().text.startswith("You are analyst")
    told = say(talk.slack, ana, dm, "digest").wait_for_answer().text
    assert told


def test_a_button_under_an_answer_in_a_thread_answers_there(talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()
    first = talk.mention(Q3, revops, by=ana)
    said = first.wait_for_answer()

    shown = talk.slack.click(ana, said, WHY).wait_for_answer()

    assert shown.text.startswith("NRR of enterprise fell 10.0 points")
    assert (shown.thread_ts, shown.ephemeral_to) == (first.message.ts, ana.id)


def test_a_message_waits_for_the_answer_that_it_goes_on_from(
    slack: FakeSlack, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_begun, may_answer, reply = threading.Event(), threading.Event(), Answers.reply

    def slow(answers: Answers, asked: Any, **rest: Any) -> Reply:  # noqa: ANN401
        if "enterprise" in str(asked):
            has_begun.set()
            may_answer.wait(WAIT_SECONDS)
        return reply(answers, asked, **rest)

    monkeypatch.setattr(Answers, "reply", slow)
    ana = talk.person()
    dm = talk.dm(ana)
    with running_bot(slack, store=talk.store, asking=answers_from(talk.store)):
        say(slack, ana, dm, Q3)
        assert has_begun.wait(WAIT_SECONDS)
        then = say(slack, ana, dm, "and smb?")
        assert then.heard is not None
        then.heard.wait_for_ack()
        may_answer.set()

        assert then.wait_for_answer().text.startswith("NRR 80.0% · GRR 80.0% in Q3 2026 · smb")


def test_what_a_button_has_shown_is_gone_on_from(talk: Talk) -> None:
    ana = talk.person()
    dm = talk.dm(ana)
    said = say(talk.slack, ana, dm, Q3).wait_for_answer()

    talk.slack.click(ana, said, WHY).wait_for_answer()
    then = say(talk.slack, ana, dm, "and smb?").wait_for_answer()

    assert then.text.startswith("NRR of smb fell 20.0 points: 100.0% in Q2, 80.0% in Q3 2026")


def test_what_was_asked_on_home_is_gone_on_from_in_messages(talk: Talk) -> None:
    ana, ben = talk.person(), talk.person("ben")
    dm = talk.dm(ana)
    talk.slack.open_home(ana).wait_for_ack()
    wait_for(lambda: talk.slack.workspace.home(ana.id), what="the Home tab")
    action_id = home_button(talk, ana, "Who left last quarter?")

    talk.slack.click_home(ana, action_id)
    wait_for(lambda: talk.slack.workspace.messages(dm.id), what="the answer")
    then = say(talk.slack, ana, dm, "and smb?").wait_for_answer()
    of_ben = say(talk.slack, ben, talk.dm(ben), "and smb?").wait_for_answer()

    assert then.text.startswith("6 accounts of smb left in Q3 2026")
    assert "left in Q3 2026" not in of_ben.text


def test_below_an_answer_that_was_shared_a_question_goes_on_from_it(talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()
    answer = talk.slack.slash(ana, revops, "/nrr", "enterprise Q3 2026").wait_for_answer()
    action_id, choice = find_offer(answer.blocks, SHARE)
    talk.slack.click(ana, answer, action_id, choice=choice).wait_for_answer()
    [shared] = talk.slack.workspace.messages(revops.id)

    below = talk.mention("why?", revops, by=ana, below=Remark(slack=talk.slack, message=shared))

    assert below.wait_for_answer().text.startswith("NRR of enterprise fell 10.0 points")


def test_an_alert_on_it_is_on_the_accounts_of_the_question_before(talk: Talk) -> None:
    ana = talk.person()
    dm = talk.dm(ana)
    say(talk.slack, ana, dm, Q3).wait_for_answer()

    said = say(talk.slack, ana, dm, "tell me when it drops below 70%").wait_for_answer()

    assert "12-month NRR of enterprise below 70%" in said.text


def test_what_a_channel_may_not_see_its_asker_alone_is_shown(talk: Talk) -> None:
    ana, general = talk.person(), talk.channel(ChannelKind.PUBLIC)

    asked = talk.mention(Q3, general, by=ana)
    said = asked.wait_for_answer().text
    [answer] = talk.slack.wait_for_ephemerals(ana)

    assert said == f"I have sent it to <@{ana.id}> alone: this channel may not see that."
    assert answer.text.startswith("NRR 90.0%")
    assert answer.thread_ts == asked.message.ts
    approve(talk.store, general)
    again = talk.mention("and smb?", general, by=ana, below=asked).answers
    assert again == [] or again[0].text


def test_a_channel_that_slack_does_not_tell_of_is_not_said_to_be_closed(talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()
    talk.slack.faults.next("conversations.info", Fault.rate_limited("30"))

    said = talk.mention(Q3, revops, by=ana).wait_for_answer().text

    assert said == (
        f"I have sent it to <@{ana.id}> alone: I could not check with Slack who reads this channel."
    )
    assert talk.slack.wait_for_ephemerals(ana)[0].text.startswith("NRR 90.0%")


def test_nobody_goes_on_from_what_another_was_shown_alone(talk: Talk) -> None:
    ana = talk.person()
    bob = talk.person("bob", ("segment", "smb"), role=Role.VIEWER, detail=False)
    general = talk.channel(ChannelKind.PUBLIC)
    asked = talk.mention("Q3 2026", general, by=ana)
    asked.wait_for_answer()
    talk.slack.wait_for_ephemerals(ana)

    talk.mention("why?", general, by=bob, below=asked)

    [answer] = talk.slack.wait_for_ephemerals(bob)
    assert "October 2026" in answer.text or "Oct 2026" in answer.text


def test_each_message_is_answered_once_whatever_slack_sends_of_it(talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()
    asked = talk.mention(Q3, revops, by=ana)
    asked.wait_for_answer()

    for _ in range(3):
        asked.again().wait_for_ack()
    edit(talk.slack, asked, "how is smb doing?").wait_for_ack()
    private = say(talk.slack, ana, talk.dm(ana), Q3)
    private.wait_for_answer()
    edit(talk.slack, private, "how is smb doing?").wait_for_ack()
    delete(talk.slack, private).wait_for_ack()
    last = talk.mention("and smb?", revops, by=ana, below=asked)  # answered after all those
    last.wait_for_answer()

    assert [one.text[:9] for one in asked.answers] == ["NRR 90.0%", "NRR 80.0%"]
    assert len(private.answers) == 1


def test_a_second_process_does_not_answer_again(slack: FakeSlack, talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()
    asked = talk.mention(Q3, revops, by=ana)
    asked.wait_for_answer()

    with running_bot(slack, store=talk.store, asking=answers_from(talk.store), over_socket=True):
        asked.again().wait_for_ack()
        talk.mention("and smb?", revops, by=ana, below=asked).wait_for_answer()

    assert len(asked.answers) == 2


def test_a_flood_is_answered_busy(slack: FakeSlack, talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()
    full = ConcurrencyLimit(1)
    with ExitStack() as stack:
        stack.enter_context(full.entered())
        busy = stack.enter_context(
            running_bot(slack, store=talk.store, change=lambda one, _: replace(one, limit=full))
        )
        talk.mention(Q3, revops, by=ana)
        [said] = slack.wait_for_ephemerals(ana)
        assert said.text.startswith("I am busy with other questions")
        assert busy.answers.asked == []
        direct = say(slack, ana, talk.dm(ana), Q3).wait_for_answer()
        assert direct.text.startswith("I am busy with other questions")


def test_an_answer_in_a_thread_is_audited_and_can_be_taken_back(talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()

    def posted() -> list[str]:
        with talk.store.read() as session:
            return stamps(session, revops.id)

    said = talk.mention(Q3, revops, by=ana).wait_for_answer()

    with talk.store.read() as session:
        audit.verify(session)
        entry = next(
            one for one in (link.entry for link in audit.every(session)) if one.action == "share"
        )
        assert (entry.actor, entry.channel) == (ana.id, revops.id)
    wait_for(lambda: said.ts in posted(), what="the answer's time stamp")


@pytest.mark.parametrize("kind", [UserKind.GUEST, UserKind.EXTERNAL, UserKind.BOT], ids=str)
def test_who_may_see_nothing_is_told_so_alone_and_bots_are_not_answered(
    talk: Talk, kind: UserKind
) -> None:
    stranger = talk.slack.workspace.add_user("kim", kind)
    revops = talk.channel()
    talk.slack.workspace.put_channel(replace(revops, is_ext_shared=True))
    revops = replace(revops, is_ext_shared=True)

    asked = talk.mention(Q3, revops, by=stranger)
    assert asked.heard is not None
    asked.heard.wait_for_ack()
    talk.mention(Q3, revops, by=talk.person()).wait_for_answer()

    assert asked.answers == []
    told = [one.text for one in talk.alone(stranger)]
    assert all("%" not in one for one in told)


@pytest.mark.parametrize(
    ("said", "leads_to"),
    [
        ("hello", "Which segment is worst over the last 12 months?"),
        ("thanks!", "help shows what else there is"),
        ("", "help shows what else there is"),
        ("help", "What you can ask"),
        ("forecast", "outlook 90d"),
        ("initech", "Try: account initech"),
        ("tell me when it drops", "Alert help"),
        ("alert", "slash command"),
    ],
)
def test_words_that_people_try_lead_to_what_does_it(talk: Talk, said: str, leads_to: str) -> None:
    ana, revops = talk.person(), talk.channel()

    talk.mention(said, revops, by=ana)

    [told] = talk.slack.wait_for_ephemerals(ana)
    assert leads_to in told.text


def test_single_accounts_stay_with_their_asker_unless_the_channel_may_have_names(
    slack: FakeSlack, talk: Talk
) -> None:
    ana, revops = talk.person(), talk.channel()
    asked = talk.mention("accounts smb Q3 2026", revops, by=ana)
    assert "alone" in asked.wait_for_answer().text
    [answer] = slack.wait_for_ephemerals(ana)
    assert "smb-0" in answer.text

    with running_bot(
        slack,
        store=talk.store,
        asking=answers_from(talk.store),
        nrrbot_names_in_channels=(revops.id,),
    ):
        named = talk.mention("accounts smb Q3 2026", revops, by=ana).wait_for_answer()
    assert "smb-0" in named.text


def test_who_asks_while_the_store_is_busy_is_told(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise StoreBusyError

    ana, revops = talk.person(), talk.channel()
    monkeypatch.setattr("bot.conversations.memory.hear_once", busy)

    talk.mention(Q3, revops, by=ana)

    [told] = talk.slack.wait_for_ephemerals(ana)
    assert "%" not in told.text
    assert "again" in told.text


def test_hundreds_of_mentions_at_once_are_each_answered_or_told_that_the_bot_is_busy(
    slack: FakeSlack, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All that are answered write at once: on a busy disk the last would be told to try again.
    monkeypatch.setattr("storage.store.engine._PATIENCE", 1_000 * int(WAIT_SECONDS))
    ana, revops = talk.person(), talk.channel()
    with running_bot(slack, store=talk.store) as bot:
        bot.answers.may_answer.clear()
        asked = [talk.mention(Q3, revops, by=ana) for _ in range(MENTIONS)]
        for one in asked:
            _deliver(one, one.heard)
        told = slack.wait_for_ephemerals(ana, MENTIONS - MAX_REQUESTS)

        bot.answers.may_answer.set()
        wait_for(lambda: sum(bool(one.answers) for one in asked) == MAX_REQUESTS, what="answers")

    assert sum(len(one.answers) for one in asked) == MAX_REQUESTS
    assert len(talk.alone(ana)) == MENTIONS - MAX_REQUESTS
    assert {one.text for one in told} == {"I am busy with other questions: try again in a moment."}


def _deliver(asked: Remark, heard: Interaction | None) -> None:
    """Let Slack send an event until it is acknowledged."""
    assert heard is not None
    wait_for(lambda: heard.ack or heard.failure, what="an acknowledgement, or none")
    if heard.ack is None:
        _deliver(asked, asked.again())
