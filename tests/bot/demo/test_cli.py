from pathlib import Path

import pytest

from bot.__main__ import run
from tests.bot.command_line import refusal

Capture = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("home")


def test_the_demo_answers_and_says_what_is_next(tmp_path: Path, capsys: Capture) -> None:
    line = ["demo", "--accounts", "60", "--months", "18", "--keep", "sample"]

    assert run(line) == 0
    first = capsys.readouterr().out
    assert run(line) == 0
    second = capsys.readouterr().out

    assert "/nrr enterprise last-quarter" in first
    assert first.count(" ask ") == 3
    assert "manifest prints what api.slack.com/apps makes an app from" in first
    assert len(list((tmp_path / "sample").glob("*/enterprise-last-quarter.png"))) == 1
    assert second == first


def test_the_demo_never_mixes_with_another_store(movements: str, capsys: Capture) -> None:
    run(["db", "upgrade"])
    run(["import", "movements", movements])
    capsys.readouterr()

    assert "--keep" in refusal(capsys, "demo", "--accounts", "5", "--keep", "nrrbot.db")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["demo", "--accounts", "0"], "1 to 200,000", id="no-accounts"),
        pytest.param(["demo", "--keep", "movements.csv/here"], "--keep", id="demo-in-a-file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], words: str, capsys: Capture
) -> None:
    assert words in refusal(capsys, *arguments)
