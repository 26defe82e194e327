"""What is shared of a view, through a whole bot: what the channel may see, and no account of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.questions.buttons import SHARE
from storage.access.grants import Role
from storage.store.engine import Store
from tests.bot.answers.test_small_groups import FINDING
from tests.bot.edge import Scene, let, running_bot
from tests.bot.small_company import answers_from, small_company
from tests.slack.messages import Message

pytestmark = pytest.mark.slack

LEFT = FINDING + "left1,a30,2026-09-20,-130.00,USD,competitor,,,\n"
"""In September one of thirty accounts of mid leaves, which paid 130 of 4,125: 3.2 %."""
LARGEST = "Largest single accounts: a30"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = small_company(tmp_path, LEFT)
    yield opened
    opened.engine.dispose()


def shared(store: Store, scene: Scene, question: str, *names_in: str) -> tuple[Message, Message]:
    """Ask as an analyst with account detail, and share: what they read, and what the channel."""
    let(store, scene.ana.id, role=Role.ANALYST, account_detail=True)
    with running_bot(
        scene.slack,
        asking=answers_from(store),
        store=store,
        nrrbot_names_in_channels=",".join(names_in),
    ):
        private = scene.ask(question).wait_for_answer()
        assert scene.click(private, SHARE).wait_for_answer().text.startswith("Shared")
    [posted] = scene.shared()
    return private, posted


def test_a_shared_explanation_names_no_account_where_the_channel_may_not_see_any(
    store: Store, scene: Scene
) -> None:
    private, posted = shared(store, scene, "why mid 2026-09")

    assert LARGEST in private.text
    assert "a30" not in posted.text + str(posted.blocks)
    assert "NRR of mid fell 3.2 points: 100.0% in Aug, 96.8% in Sep 2026" in posted.text


def test_it_names_them_where_the_channel_may(store: Store, scene: Scene) -> None:
    _, posted = shared(store, scene, "why mid 2026-09", scene.revops.id)

    assert LARGEST in posted.text


def test_a_shared_comparison_has_both_sides(store: Store, scene: Scene) -> None:
    private, posted = shared(store, scene, "mid vs enterprise 2026-09")

    said = "NRR: mid 96.8%, enterprise 100.0% in September 2026: 3.2 points apart"
    assert said in private.text
    assert said in posted.text
    assert "a30" not in posted.text
