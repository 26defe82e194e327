from pathlib import Path

import pytest

from bot.__main__ import run
from tests.bot.command_line import Capture, new_store, refusal

pytestmark = pytest.mark.usefixtures("home")


def test_the_demo_shows_its_uses_and_says_what_is_next(tmp_path: Path, capsys: Capture) -> None:
    line = ["demo", "--accounts", "400", "--keep", "sample"]

    assert run(line) == 0
    first = capsys.readouterr().out
    assert run(line) == 0
    second = capsys.readouterr().out

    assert "/nrr smb last-quarter" in first
    assert "Every Monday" in first
    assert "breaks a rule" in first
    assert len(first.partition("What next\n")[2].splitlines()) == 3
    assert {path.name for path in (tmp_path / "sample").glob("*/*.png")} == {
        *("answer.png", "digest.png", "alert.png")
    }
    assert second == first


def test_a_company_without_an_alert_is_shown_without_one(tmp_path: Path, capsys: Capture) -> None:
    assert run(["demo", "--accounts", "5", "--months", "14", "--keep", "sample"]) == 0

    assert "breaks a rule" not in capsys.readouterr().out
    assert len(list((tmp_path / "sample").glob("*/*.png"))) == 2


def test_the_demo_never_mixes_with_another_store(movements: str, capsys: Capture) -> None:
    new_store()
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
