from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import run
from tests.bot.command_line import Capture, document, refusal
from tests.bot.small_company import small_company


@pytest.fixture(autouse=True)
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    store = small_company(tmp_path / "store")  # of enterprise and smb
    monkeypatch.setenv("DATABASE_URL", str(store.engine.url))
    monkeypatch.chdir(tmp_path)
    yield
    store.engine.dispose()


def write(text: str) -> str:
    Path("own.toml").write_text(text, encoding="utf-8")
    return "own.toml"


def test_it_prints_what_is_in_force_and_where_to_change_it(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NRRBOT_PLAYBOOK", write('[segments.smb]\nchurn = "Send them a cake."'))

    assert run(["playbook"]) == 0
    said = capsys.readouterr().out
    assert "smb, churn: Send them a cake." in said
    assert "mid-market, churn: Check in every quarter" in said
    assert "edit own.toml" in said
    found = document(capsys, "playbook")
    assert found["file"] == "own.toml"
    assert found["segments"]["smb"]["churn"] == "Send them a cake."
    assert found["tiers"].keys() == {"high", "mid", "long-tail"}


def test_a_file_with_faults_is_told_of_each_and_cannot_be_used(capsys: Capture) -> None:
    file = write('[levers]\nchrun = "x"\n[tiers]\nhigh = 1\n')

    assert run(["playbook", "check", file]) == 1
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "own.toml, line 2: chrun is no lever: did you mean churn?",
        'own.toml, line 4: high is 1: write a text in quotes, as in high = "Call them."',
    ]
    assert told.err == "The file own.toml cannot be used: it has 2 faults.\n"


def test_a_segment_that_the_ledger_has_not_is_a_warning(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write('[segments.enterprize]\nchurn = "Visit."\n[segments.public]\nchurn = "Write."\n')
    monkeypatch.setenv("NRRBOT_PLAYBOOK", "another.toml")  # which is not there

    assert run(["playbook", "check", file]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "own.toml, line 1: the ledger has no segment enterprize: did you mean enterprise?",
        "own.toml, line 3: the ledger has no segment public: it has enterprise, smb.",
        "own.toml can be used: name it in NRRBOT_PLAYBOOK.",
    ]


def test_without_a_ledger_no_name_is_unknown(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///empty.db")

    assert run(["playbook", "check", write('[segments.public]\nchurn = "Write."\n')]) == 0
    assert capsys.readouterr().out == "own.toml can be used: name it in NRRBOT_PLAYBOOK.\n"


def test_a_file_that_is_not_there_is_one_sentence(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal(capsys, "playbook", "check", "gone.toml") == "There is no file gone.toml."
    monkeypatch.setenv("NRRBOT_PLAYBOOK", "gone.toml")
    said = "NRRBOT_PLAYBOOK: there is no file gone.toml."
    assert refusal(capsys, "playbook") == said
    assert refusal(capsys, "ask", "last-quarter") == said
