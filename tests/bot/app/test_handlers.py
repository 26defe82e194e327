import io
import json
import logging
import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from bot.access.decisions import Reason
from bot.app.limit import ConcurrencyLimit
from bot.errors import UsageError
from bot.questions.buttons import BY_DIMENSION, PREVIOUS_PERIOD, SHARE
from bot.questions.question import View
from metrics.errors import PeriodCountError
from storage.errors import StoreBusyError
from tests.bot.edge import RunningBot, Scene, empty_store, let, running_bot
from tests.bot.sample_answers import sample_answer, sample_question
from tests.slack.faults import RESPONSE_URL, Fault
from tests.slack.people import UserKind
from tests.slack.waiting import wait_for

pytestmark = pytest.mark.slack

OUTSIDE = [kind for kind in UserKind if kind not in {"member", "admin", "owner"}]
CLICKERS = [UserKind.GUEST, UserKind.SINGLE_CHANNEL_GUEST, UserKind.EXTERNAL]


@pytest.mark.parametrize("kind", ["member", "admin", "owner"])
@pytest.mark.usefixtures("bot")
def test_every_full_member_gets_an_answer(scene: Scene, kind: str) -> None:
    person = scene.slack.workspace.add_user("kim", UserKind(kind))

    asked = scene.ask("enterprise last-quarter", by=person)

    assert "101.5%" in asked.wait_for_answer().text


@pytest.mark.parametrize("text", ["enterprise last-quarter", "help", "annualise 98%"])
@pytest.mark.parametrize("kind", OUTSIDE, ids=str)
def test_nobody_else_gets_anything_but_a_reason(
    scene: Scene, bot: RunningBot, kind: UserKind, text: str
) -> None:
    person = scene.slack.workspace.add_user("kim", kind)

    asked = scene.ask(text, by=person)

    said = asked.wait_for_answer().text
    assert "%" not in said
    assert any(said.lower().startswith(reason.lower()) for reason in Reason)
    assert bot.answers.asked == []


@pytest.mark.parametrize("button", [PREVIOUS_PERIOD, BY_DIMENSION, SHARE])
@pytest.mark.parametrize("kind", CLICKERS, ids=str)
def test_no_button_works_for_them_either(
    scene: Scene, bot: RunningBot, kind: UserKind, button: str
) -> None:
    answer = scene.ask().wait_for_answer()
    intruder = scene.slack.workspace.add_user("kim", kind)
    scene.slack.workspace.put_message(replace(answer, ephemeral_to=intruder.id))
    scene.slack.workspace.put_channel(replace(scene.revops, is_ext_shared=True))
    bot.answers.asked.clear()

    said = scene.click(answer, button, by=intruder).wait_for_answer().text

    assert any(said.lower().startswith(reason.lower()) for reason in Reason)
    assert bot.answers.asked == []
    assert scene.shared() == []


def test_who_was_granted_nothing_is_told_who_can_change_that(scene: Scene) -> None:
    with empty_store() as store, running_bot(scene.slack, store=store) as bot:
        said = scene.ask().wait_for_answer().text

    assert said == f"{Reason.NO_GRANT[:1].upper()}{Reason.NO_GRANT[1:]}."
    assert bot.answers.asked == []


def test_who_was_granted_something_gets_an_answer(scene: Scene) -> None:
    with empty_store() as store, running_bot(scene.slack, store=store):
        let(store, scene.ana.id)

        assert "101.5%" in scene.ask().wait_for_answer().text


@pytest.mark.usefixtures("bot")
def test_a_person_that_slack_cannot_look_up_gets_no_figures(scene: Scene) -> None:
    scene.slack.faults.next("users.info", Fault.server_error(503))

    said = scene.ask().wait_for_answer().text

    assert said == f"{Reason.UNKNOWN_PERSON}."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("help", "What you can ask"),
        ("help example", "NRR 101.5%, GRR 96.5%"),
        ("annualise 98%", "78.5% a year"),
        ("Annualize 0.98", "78.5% a year"),
        ("annualise everything", "Type a rate above 0%"),
        ("`/nrr help`", "What you can ask"),  # copied with its formatting
    ],
)
def test_sub_commands_ask_nothing_of_the_ledger(
    scene: Scene, bot: RunningBot, text: str, expected: str
) -> None:
    said = scene.ask(text).wait_for_answer()

    assert expected in said.text
    assert said.ephemeral_to == scene.ana.id
    assert bot.answers.asked == []


def test_every_command_of_the_settings_is_answered_and_no_other(scene: Scene) -> None:
    with running_bot(scene.slack, nrrbot_commands=("/nrr", "/grr")):
        said = [
            scene.ask(command=command).wait_for_answer().text
            for command in ("/nrr", "/grr", "/ndr")
        ]

    assert "101.5%" in said[0]
    assert "101.5%" in said[1]
    assert "NRRBOT_COMMANDS" in said[2]


@pytest.mark.usefixtures("bot")
def test_a_button_of_another_version_is_explained(scene: Scene) -> None:
    answer = scene.ask().wait_for_answer()
    button = {
        "type": "button",
        "action_id": "nrr_retired",
        "text": {"type": "plain_text", "text": "Old"},
        "value": "x",
    }
    old = {"type": "actions", "block_id": "b", "elements": [button]}
    scene.slack.workspace.put_message(replace(answer, blocks=(old,)))

    assert "another version" in scene.click(answer, "nrr_retired").wait_for_answer().text


def test_a_button_without_its_question_shows_no_figures(scene: Scene, bot: RunningBot) -> None:
    answer = scene.ask().wait_for_answer()
    asked = len(bot.answers.asked)
    [actions] = [block for block in answer.blocks if block["type"] == "actions"]
    empty = [{**button, "value": ""} for button in actions["elements"] if "value" in button]
    bare = tuple(
        {**block, "elements": empty} if block is actions else block for block in answer.blocks
    )
    scene.slack.workspace.put_message(replace(answer, blocks=bare))

    assert (
        "another version"
        in scene.slack.click(scene.ana, answer, BY_DIMENSION).wait_for_answer().text
    )
    assert len(bot.answers.asked) == asked


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            UsageError("type `/nrr help` for R&D <examples>"),
            "Type `/nrr help` for R&amp;D &lt;examples&gt;.",
        ),
        (PeriodCountError("day", 9, 0), "Last-N-days takes a number from 1 to 9, not 0."),
        (StoreBusyError("the store is busy"), "The store is busy."),
    ],
    ids=["usage", "metrics", "storage"],
)
def test_what_is_wrong_is_said_in_one_sentence(
    scene: Scene, bot: RunningBot, error: Exception, sentence: str
) -> None:
    bot.answers.error = error

    assert scene.ask().wait_for_answer().text == sentence


def test_an_unknown_error_leaves_a_reference_that_is_also_in_the_log(
    scene: Scene, bot: RunningBot, log: io.StringIO
) -> None:
    bot.answers.error = ZeroDivisionError("4711.42 of Acme")

    said = scene.ask().wait_for_answer().text

    found = re.fullmatch(
        r"Something went wrong on our side\. It has been logged as ([0-9a-f]{8})\.", said
    )
    assert found
    [line] = [line for line in records(log) if line.get("reference") == found[1]]
    assert (line["event"], line["errors"][0]["type"]) == ("failed", "builtins.ZeroDivisionError")
    assert "4711" not in log.getvalue()


def test_no_canary_gets_into_the_most_talkative_log(scene: Scene, log: io.StringIO) -> None:
    scope = (("segment", "canary-name"),)
    question = sample_question(text="canary-question", scope=scope, view=View.FULL)
    answer = sample_answer(question=question)
    logging.getLogger().setLevel(logging.DEBUG)
    with running_bot(scene.slack) as bot:
        bot.answers.answer = answer
        asked = scene.ask("canary-question")
        shown = asked.wait_for_answer()
        scene.click(shown, SHARE).wait_for_answer()
        bot.answers.error = ValueError("canary-name 1,015,000")
        scene.ask("canary-question").wait_for_answer()
        scene.slack.faults.next(RESPONSE_URL, Fault.reset_before_accept())
        scene.ask("canary-question").wait_for_ack()
        wait_for(lambda: "nobody told" in log.getvalue(), what="the log line")

    assert "canary-name" in shown.text
    assert "1,015,000" in shown.text
    token = scene.slack.bot_token.partition("-")[2]
    url = asked.payload["response_url"].rpartition("/")[2]
    canaries = ("canary", "1,015,000", "1015000", scene.ana.id, token, url)
    assert [canary for canary in canaries if canary in log.getvalue()] == []


def test_somebody_who_cannot_be_told_leaves_a_line_in_the_log(
    scene: Scene, bot: RunningBot, log: io.StringIO
) -> None:
    scene.slack.faults.always(RESPONSE_URL, Fault.server_error(503))
    bot.answers.error = UsageError("type something else")

    scene.ask().wait_for_ack()

    wait_for(lambda: "nobody told" in log.getvalue(), what="the log line")
    assert scene.slack.workspace.ephemerals(scene.ana.id) == []


@pytest.mark.usefixtures("bot")
def test_an_answer_whose_fate_is_unknown_is_not_followed_by_an_excuse(
    scene: Scene, log: io.StringIO
) -> None:
    scene.slack.faults.next(RESPONSE_URL, Fault.server_error(503, accepted=True))

    scene.ask().wait_for_answer()

    wait_for(lambda: "UnansweredError" in log.getvalue(), what="the log line")
    assert len(scene.slack.calls_to(RESPONSE_URL)) == 1


HOSTILE = [
    pytest.param("'; drop table mrr_movement; --", id="sql"),
    pytest.param("<!channel> <@U1> <https://e.example|x>", id="pings"),
    pytest.param("a" * 10_000, id="long"),
    pytest.param("\x00\x07\u202e\u2066\ufeff", id="control"),
    pytest.param("\U0001f4b8" * 50, id="emoji"),
    pytest.param("help\x00", id="nul-after-help"),
    pytest.param("annualise \u202e%89", id="reversed"),
    pytest.param("%s %d {0} ${x}", id="formats"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_reaches_the_answers_as_it_is_and_is_answered(
    scene: Scene, bot: RunningBot, text: str
) -> None:
    asked = scene.ask(text)

    assert asked.wait_for_answer().ephemeral_to == scene.ana.id
    assert [question for question, _ in bot.answers.asked] in ([], [text])


def test_everybody_is_acknowledged_at_once_however_many_ask(scene: Scene, bot: RunningBot) -> None:
    bot.answers.may_answer.clear()
    asked = [scene.ask() for _ in range(30)]

    acks = [one.wait_for_ack() for one in asked]
    assert not any(ack.is_late for ack in acks)
    wait_for(lambda: len(bot.answers.asked) == 4, what="four at work")
    bot.answers.may_answer.set()
    assert all("101.5%" in one.wait_for_answer().text for one in asked)


def test_one_too_many_is_told_so_at_once(scene: Scene) -> None:
    with running_bot(scene.slack):
        answer = scene.ask().wait_for_answer()
    with running_bot(
        scene.slack, change=lambda handlers, _: replace(handlers, limit=ConcurrencyLimit(1))
    ) as bot:
        bot.answers.may_answer.clear()
        asked = scene.ask()
        wait_for(lambda: len(bot.answers.asked) == 1, what="one at work")

        turned_away = scene.ask()
        clicked = scene.click(answer, PREVIOUS_PERIOD)

        busy = "I am busy with other questions: try again in a moment."
        assert turned_away.wait_for_answer().text == busy
        assert "busy" in turned_away.wait_for_ack().body
        assert clicked.wait_for_answer().text == busy
        bot.answers.may_answer.set()
        assert "101.5%" in asked.wait_for_answer().text


def test_the_limit_counts_out_whoever_fails() -> None:
    limit = ConcurrencyLimit(1)

    for _ in range(3):
        with suppress(UsageError), limit.entered():
            raise UsageError("no")


def records(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]
