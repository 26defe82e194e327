from typing import Any, get_args

import pytest

from bot.answers.answer import Answer, Reply
from bot.answers.document import DOCUMENTS
from bot.answers.faces import FACES
from bot.answers.reply import private_reply, shared_reply
from bot.message import Message
from bot.questions.buttons import (
    ACCOUNTS,
    BY_DIMENSION,
    EVERY_MONDAY,
    IN_FULL,
    PREVIOUS_PERIOD,
    SHARE,
    TELL_ME,
    WHY,
    FollowUp,
    actions,
)
from bot.questions.question import View, canonical_text
from metrics.rollup import Scope
from tests.bot.offered import offered
from tests.bot.sample_answers import many_slices, period_of, sample_answer, sample_question


def private(answer: Answer, **changes: Any) -> Message:  # noqa: ANN401
    return private_reply(answer, **{"can_share": True, "main_dimension": "segment", **changes})


def elements_of(answer: Answer, **changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    blocks = private(answer, **changes).blocks
    return [one for block in blocks if block["type"] == "actions" for one in block["elements"]]


def test_every_kind_of_reply_is_shown_and_converted() -> None:
    assert set(FACES) == set(DOCUMENTS) == set(get_args(Reply))


def test_each_button_carries_the_question_it_asks() -> None:
    assert offered(private(sample_answer())) == {
        WHY: canonical_text(sample_question(view=View.WHY)),
        ACCOUNTS: "accounts-expanded segment:enterprise 2026-Q3",  # what changed the most
        BY_DIMENSION: canonical_text(sample_question(scope=(), dimension="segment")),
        IN_FULL: canonical_text(sample_question(view=View.FULL)),
        SHARE: canonical_text(sample_question()),
        TELL_ME: canonical_text(sample_question()),
        EVERY_MONDAY: canonical_text(sample_question()),
        PREVIOUS_PERIOD: canonical_text(sample_question(period=period_of("2026-Q2"))),
    }


def test_sharing_and_the_period_before_are_behind_the_last_button() -> None:
    *buttons, menu = elements_of(sample_answer())

    assert [button["text"]["text"] for button in buttons] == [
        *("Why", "Accounts", "By segment", "Full answer"),
    ]
    assert [option["text"]["text"] for option in menu["options"]] == [
        *("Share to channel", "Tell me when it drops", "Every Monday here", "Previous period"),
    ]


def test_a_message_has_five_buttons_at_most_whatever_is_offered() -> None:
    question = sample_question()
    many = [FollowUp(f"a{number}", str(number), question) for number in range(7)]

    elements = actions(many, many, grounds=sample_answer().grounds).elements

    assert [one["type"] for one in elements] == ["button"] * 4 + ["overflow"]
    assert [one["value"].split()[0] for one in elements[-1]["options"]] == [
        *("a4", "a5", "a6", "a0", "a1"),
    ]


def test_what_is_too_long_for_the_menu_is_a_button_while_there_is_room() -> None:
    answer = sample_answer(scope=(("industry", "x" * 150),))

    kinds = {one["action_id"]: one["type"] for one in elements_of(answer)}

    assert kinds == dict.fromkeys((WHY, ACCOUNTS, BY_DIMENSION, IN_FULL, SHARE), "button")


def test_a_full_answer_does_not_offer_itself() -> None:
    answer = sample_answer(question=sample_question(view=View.FULL))

    assert IN_FULL not in offered(private(answer))


def test_splitting_by_a_dimension_drops_its_one_value_and_keeps_the_others() -> None:
    answer = sample_answer(scope=(("segment", "enterprise"), ("industry", "fintech")))

    question = sample_question(scope=(("industry", "fintech"),), dimension="segment")
    assert offered(private(answer))[BY_DIMENSION] == canonical_text(question)


def test_no_button_leads_to_accounts_that_may_not_be_seen() -> None:
    enterprise = sample_question().scope

    within = private(sample_answer(), sees=lambda scope: set(enterprise) <= set(scope))
    assert list(offered(within)) == [
        *(WHY, ACCOUNTS, IN_FULL, SHARE, TELL_ME, EVERY_MONDAY, PREVIOUS_PERIOD),
    ]

    by_industry = private(
        sample_answer(), main_dimension="industry", sees=lambda scope: scope == enterprise
    )
    assert BY_DIMENSION in offered(by_industry)


def test_a_channel_is_offered_no_question_about_other_accounts() -> None:
    shared = shared_reply(sample_answer(), shared_by="U1", main_dimension="segment")

    assert list(offered(shared)) == [WHY, ACCOUNTS, IN_FULL, PREVIOUS_PERIOD]


def test_only_those_who_may_share_can() -> None:
    assert SHARE not in offered(private(sample_answer(), can_share=False))


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

    assert BY_DIMENSION not in offered(private(answer, main_dimension=shown))


def test_a_label_is_short_whatever_the_dimension() -> None:
    button = elements_of(sample_answer(), main_dimension="d" * 99)[2]

    assert len(button["text"]["text"]) == 30


def test_a_question_too_long_for_a_button_is_not_offered() -> None:
    answer = sample_answer(scope=(("industry", "x" * 3_000),))

    def long(scope: Scope) -> bool:
        return bool(scope)

    message = private(answer, can_share=True, main_dimension="industry")

    assert list(offered(message)) == [BY_DIMENSION]
    assert "actions" not in {block["type"] for block in private(answer, sees=long).blocks}
