from typing import Any

import pytest

from bot.answers.answer import Answer
from bot.answers.reply import private_reply, shared_reply
from bot.questions.buttons import BY_DIMENSION, PREVIOUS_PERIOD, SHARE
from bot.questions.parsing import canonical_text
from tests.bot.sample_answers import many_slices, period_of, sample_answer, sample_question


def buttons_of(answer: Answer, **changes: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    asked = {"can_share": True, "main_dimension": "segment", **changes}
    blocks = private_reply(answer, **asked).blocks
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return {button["action_id"]: button for row in rows for button in row}


def test_each_button_carries_the_question_it_asks() -> None:
    buttons = buttons_of(sample_answer())

    assert {name: button["value"] for name, button in buttons.items()} == {
        PREVIOUS_PERIOD: canonical_text(sample_question(period=period_of("2026-Q2"))),
        BY_DIMENSION: canonical_text(sample_question(scope=(), dimension="segment")),
        SHARE: canonical_text(sample_question()),
    }


def test_splitting_by_a_dimension_drops_its_one_value_and_keeps_the_others() -> None:
    answer = sample_answer(scope=(("segment", "enterprise"), ("industry", "fintech")))

    question = sample_question(scope=(("industry", "fintech"),), dimension="segment")
    assert buttons_of(answer)[BY_DIMENSION]["value"] == canonical_text(question)


def test_no_button_leads_to_accounts_that_may_not_be_seen() -> None:
    enterprise = sample_question().scope

    buttons = buttons_of(sample_answer(), sees=lambda scope: set(enterprise) <= set(scope))

    assert list(buttons) == [PREVIOUS_PERIOD, SHARE]
    by_industry = buttons_of(
        sample_answer(), main_dimension="industry", sees=lambda scope: scope == enterprise
    )
    assert BY_DIMENSION in by_industry


def test_a_channel_is_offered_no_question_about_other_accounts() -> None:
    shared = shared_reply(sample_answer(), shared_by="U1", file_id=None, main_dimension="segment")

    assert "segment:enterprise 2026-Q2" in str(shared.blocks[-1])
    assert "by segment" not in str(shared.blocks[-1])


def test_each_button_says_what_it_does() -> None:
    labels = [button["text"]["text"] for button in buttons_of(sample_answer()).values()]

    assert labels == ["Previous period", "By segment", "Share to channel"]


def test_only_those_who_may_share_can() -> None:
    assert SHARE not in buttons_of(sample_answer(), can_share=False)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(sample_answer(dimension="segment"), id="asked-for"),
        pytest.param(sample_answer(dimension="segment", breakdown=()), id="asked-for-in-vain"),
        pytest.param(sample_answer(scope=(), breakdown=many_slices(2)), id="shown-unasked"),
    ],
)
def test_what_is_split_already_is_not_offered(answer: Answer) -> None:
    shown = answer.breakdown[0].dimension if answer.breakdown else "segment"

    assert BY_DIMENSION not in buttons_of(answer, main_dimension=shown)


def test_a_label_is_short_whatever_the_dimension() -> None:
    button = buttons_of(sample_answer(), main_dimension="d" * 99)[BY_DIMENSION]

    assert len(button["text"]["text"]) == 30


def test_a_question_too_long_for_a_button_is_not_offered() -> None:
    answer = sample_answer(scope=(("industry", "x" * 3_000),))

    message = private_reply(answer, can_share=True, main_dimension="segment")

    assert buttons_of(answer) == {}
    assert "actions" not in {block["type"] for block in message.blocks}
