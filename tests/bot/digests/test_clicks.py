"""The buttons of digests: set one up from an answer, and change the one that they stand under."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers.reply import private_reply
from bot.digests.buttons import EDIT, PAUSE
from bot.questions.buttons import EVERY_MONDAY, WHY
from storage.tables.delivery import SubscriptionState
from tests.bot.delivery.letters import Office
from tests.bot.digests.scene import DigestScene, begun, digest_scene
from tests.bot.edge import Scene
from tests.bot.sample_answers import sample_answer
from tests.bot.small_company import small_company
from tests.slack.messages import Message


@pytest.fixture
def desk(scene: Scene, tmp_path: Path) -> Iterator[DigestScene]:
    with digest_scene(scene, small_company(tmp_path / "company")) as running:
        yield running


def answer(desk: DigestScene, question: str) -> Message:
    return desk.scene.ask(question).wait_for_answer()


def form_after(desk: DigestScene, message: Message, button: str) -> dict[str, object]:
    desk.scene.click(message, button)
    return begun(desk.opened())


def posted(desk: DigestScene) -> Message:
    """Post a digest in the channel, and return it."""
    office = Office(desk.scene.slack, desk.store, desk.scene.ana, desk.scene.revops)
    desk.clock.moment = office.now()
    desk.set_up(dimension="industry")
    desk.said("now")
    office.settle_down()
    message, *_ = desk.scene.shared()
    return message


@pytest.mark.parametrize(
    ("question", "scope", "dimension", "period"),
    [
        ("enterprise last-quarter by industry", "segment:enterprise", "industry", "last-month"),
        ("ttm by segment", None, "segment", "ttm"),
        ("trend enterprise 24m", "segment:enterprise", "industry", "ttm"),
        ("qtd", None, "segment", "quarter-to-date"),
    ],
)
def test_every_monday_here_opens_the_form_with_what_was_asked(
    desk: DigestScene, question: str, scope: str | None, dimension: str, period: str
) -> None:
    form = form_after(desk, answer(desk, question), EVERY_MONDAY)

    assert (form["scope"], form["dimension"], form["period"]) == (scope, dimension, period)
    assert (form["weekday"], form["hour"]) == ("mon", "9")


@pytest.mark.parametrize("may_post", [True, False])
def test_only_whoever_may_post_figures_has_that_button(*, may_post: bool) -> None:
    shown = private_reply(sample_answer(), can_share=may_post, main_dimension="segment")

    assert (EVERY_MONDAY in repr(shown.blocks)) is may_post


def test_the_form_is_in_the_time_zone_of_the_person(desk: DigestScene) -> None:
    away = replace(desk.scene.ana, tz="America/New_York")
    desk.scene.slack.workspace.put_user(away)

    assert begun(desk.form())["time_zone"] == "America/New_York"


def test_a_zone_that_nobody_knows_is_not_taken_over(desk: DigestScene) -> None:
    away = replace(desk.scene.ana, tz="Mars/Olympus")
    desk.scene.slack.workspace.put_user(away)

    assert begun(desk.form())["time_zone"] == "Europe/Berlin"


def test_the_menu_under_a_digest_edits_it(desk: DigestScene) -> None:
    form = form_after(desk, posted(desk), EDIT)

    assert (form["scope"], form["dimension"]) == (None, "industry")


def test_the_menu_under_a_digest_pauses_it(desk: DigestScene) -> None:
    clicked = desk.scene.click(posted(desk), PAUSE)

    assert clicked.wait_for_answer().text.startswith("Digest 1 is paused")
    assert desk.subscription(1).status.state is SubscriptionState.PAUSED


def test_a_button_under_a_digest_answers_the_person_alone(desk: DigestScene) -> None:
    message = posted(desk)
    before = len(desk.scene.shared())

    said = desk.scene.click(message, WHY).wait_for_answer()

    assert "NRR" in said.text
    assert len(desk.scene.shared()) == before
