"""*Tell me when it drops* under an answer opens the form, with a level that means something."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from bot.access.visibility import EVERYTHING
from bot.alerts.rules.tell_me import TellMe, level_below
from bot.answers.small_cohorts import SmallCohortError
from bot.message import Block
from bot.questions.buttons import TELL_ME
from bot.slack.sent import Asker, Click
from metrics.alerts.backtest import Backtest, Newest
from metrics.alerts.rules import RuleKind, Window
from storage.store.engine import Store
from tests.bot.alerts.scene import AlertScene, alert_scene
from tests.bot.edge import Scene
from tests.bot.small_company import answers_from, small_company
from tests.slack.modals import Modal
from tests.storage.at_head import set_up
from tests.storage.courses import course, month
from tests.storage.filled import fill
from tests.storage.stores import open_store

ENTERPRISE = (("segment", "enterprise"),)


@pytest.mark.parametrize(
    ("now", "level"),
    [("114.1", "110"), ("101", "100"), ("100.4", "95"), ("110.5", "110"), ("88.1", "85")],
)
def test_the_level_is_the_next_multiple_of_five_that_is_not_just_below(
    now: str, level: str
) -> None:
    tested = Backtest(periods=24, newest=Newest(value=Fraction(now) / 100))

    rule = level_below(ENTERPRISE, tested)

    assert rule.threshold == Fraction(level) / 100
    assert (rule.kind, rule.window, rule.scope) == (RuleKind.FLOOR, Window.YEAR, ENTERPRISE)


def test_where_twelve_months_are_not_known_a_drop_is_proposed() -> None:
    unknown = Backtest(periods=0, newest=Newest(value=None))

    for tested in (None, unknown):
        rule = level_below(ENTERPRISE, tested)
        assert (rule.kind, rule.threshold) == (RuleKind.POINT_DROP, Fraction(3, 100))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Fourteen months in which enterprise keeps 101 % a month: 112.7 % in twelve."""
    with open_store(tmp_path / "nrrbot.db") as opened:
        set_up(opened)
        fill(opened, course(enterprise=["101"] * 14), closed_through=month(14))
        yield opened


def test_the_form_is_filled_in_with_the_accounts_the_level_and_how_it_would_have_done(
    scene: Scene, store: Store
) -> None:
    with alert_scene(scene, store) as desk:
        form = opened(desk, "enterprise 2026-01")

        assert initial(form, "scope") == "segment:enterprise"
        assert initial(form, "threshold") == "110"
        note = form.blocks[0]["text"]["text"]
        assert note.startswith("12-month NRR of enterprise was below 110% in 0 of ")
        assert note.endswith("; now 112.7%.")

        desk.submit(form)
        assert desk.told(2).startswith("Alert 1 is set up: 12-month NRR of enterprise below 110%")


def opened(desk: AlertScene, question: str) -> Modal:
    answer = desk.scene.ask(question).wait_for_answer()
    desk.scene.click(answer, TELL_ME)
    return desk.opened()


def initial(form: Modal, name: str) -> Any:  # noqa: ANN401 - whatever it is filled in with
    return form.inputs[name]["element"]["initial_value"]


def test_of_a_group_that_is_too_small_the_form_says_nothing_and_proposes_a_drop(
    tmp_path: Path,
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise SmallCohortError(ENTERPRISE)

    company, opened = small_company(tmp_path), list[Block]()
    access: Any = SimpleNamespace(visibility=lambda _: EVERYTHING, example=lambda _: "enterprise")
    backtester: Any = SimpleNamespace(answers=answers_from(company), measure=refuse)
    forms: Any = SimpleNamespace(open=lambda _, form: opened.append(form))
    asker = Asker(user_id="U1", team_id="T1", channel_id="C1")
    click = Click(
        asker=asker,
        action_id=TELL_ME,
        block_id="",
        value="segment:enterprise 2026-10",
        message_ts="",
        trigger_id="t1",
    )

    TellMe(access=access, backtester=backtester, forms=forms).open(click)

    [form] = opened
    assert {block["type"] for block in form["blocks"]} == {"input"}
    filled = {one["block_id"]: one["element"].get("initial_value") for one in form["blocks"]}
    assert (filled["scope"], filled["threshold"]) == ("segment:enterprise", "3")
