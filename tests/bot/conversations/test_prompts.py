from pathlib import Path
from typing import Any

import pytest

from bot.access.visibility import Visibility
from bot.conversations.prompts import Prompts
from storage.access.grants import Role
from tests.bot.conversations.scene import Talk
from tests.bot.small_company import answers_from, small_company
from tests.slack.payloads import event_payload
from tests.slack.people import User
from tests.slack.talking import say

pytestmark = pytest.mark.slack


def suggested(talk: Talk, user: User) -> list[str]:
    """Let somebody open the conversation, and return what they are suggested."""
    talk.slack.workspace.has_agents = True
    before = len(talk.slack.calls_to("assistant.threads.setSuggestedPrompts"))
    event = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": talk.dm(user).id,
        "tab": "messages",
    }
    payload = event_payload(event, event_id="Ev1", event_time=1)
    talk.bot.handlers.attend(talk.bot.handlers.hear(payload))
    calls = talk.slack.calls_to("assistant.threads.setSuggestedPrompts")[before:]
    assert all(call.accepted for call in calls)
    return [prompt["message"] for prompt in calls[-1].arguments["prompts"]] if calls else []


def test_three_questions_are_suggested_and_each_is_answered(talk: Talk) -> None:
    ana = talk.person()
    questions = suggested(talk, ana)

    assert questions == [
        "How is the whole company doing over the last 12 months?",
        "Which segment is worst over the last 12 months?",
        "Why did the company change last quarter?",
    ]
    for question in questions:
        assert "NRR" in say(talk.slack, ana, talk.dm(ana), question).wait_for_answer().text


def test_they_are_of_what_a_person_may_see(talk: Talk) -> None:
    bob = talk.person("bob", ("segment", "smb"), role=Role.VIEWER, detail=False)
    nobody = talk.slack.workspace.add_user("kim")

    assert suggested(talk, bob) == [
        "How is smb doing over the last 12 months?",
        "Why did smb change last quarter?",
        "How did smb do last month?",
    ]
    assert suggested(talk, nobody) == []


def test_what_would_be_refused_for_its_few_accounts_is_not_suggested(tmp_path: Path) -> None:
    company = small_company(tmp_path)  # smb has two accounts
    nobody: Any = None
    prompts = Prompts(
        gate=nobody,
        answers=answers_from(company),
        main_dimension="segment",
        show=lambda *_: None,
    )

    assert prompts.questions(Visibility(frozenset({(("segment", "smb"),)}))) == []
    company.engine.dispose()
