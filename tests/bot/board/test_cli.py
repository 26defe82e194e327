"""``nrrbot board``: files that their owner alone may read, or one sentence."""

from pathlib import Path

import pytest

from bot.__main__ import run
from tests.bot.command_line import Capture, document, refusal
from tests.bot.small_company import small_company


@pytest.fixture(autouse=True)
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = small_company(tmp_path / "company")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{store.sqlite_path}")


def test_both_files_are_written_for_their_owner_alone(tmp_path: Path, capsys: Capture) -> None:
    files = [tmp_path / "q3.xlsx", tmp_path / "q3.pdf"]
    files[0].write_text("of before")  # which anybody may read
    line = ["board", "Q3", "2026", "--xlsx", str(files[0]), "--pdf", str(files[1])]
    assert run(line) == 0
    assert [file.read_bytes()[:4] for file in files] == [b"PK\x03\x04", b"%PDF"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    shown = capsys.readouterr().out
    assert shown.startswith("Board pack · Q3 2026: NRR 103.0%, GRR 91.0%")
    assert "q3.xlsx" in shown.replace("\n", "")


def test_json_has_every_figure_and_their_hash(capsys: Capture) -> None:
    told = document(capsys, "board", "Q3", "2026", "--today", "2026-11-21")
    assert told["period"]["result"]["nrr"] == "1.030120"
    assert len(told["sha256"]) == 64


def test_without_a_file_it_says_how_to_get_one(capsys: Capture) -> None:
    assert run(["board"]) == 0
    assert "Add --xlsx FILE, --pdf FILE, or both." in capsys.readouterr().out


def test_a_file_of_another_kind_is_refused(tmp_path: Path, capsys: Capture) -> None:
    said = refusal(capsys, "board", "--xlsx", str(tmp_path / "q3.csv"))
    assert said == "--xlsx writes a file of that kind: end its name in .xlsx."


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, capsys: Capture) -> None:
    said = refusal(capsys, "board", "--xlsx", str(tmp_path / "nowhere" / "q3.xlsx"))
    assert said == "The file q3.xlsx cannot be written: check its folder and rights."
