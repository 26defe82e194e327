import csv
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main, run
from bot.cli import COMMANDS, command_line
from tests.bot.small_company import MOVEMENTS

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'nrrbot.db'}")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def movements(tmp_path: Path) -> str:
    file = tmp_path / "movements.csv"
    file.write_text(MOVEMENTS, encoding="utf-8")
    return str(file)


@pytest.fixture
def _filled(movements: str, capsys: Capture) -> None:
    assert run(["db", "upgrade"]) == 0
    assert run(["import", "movements", movements, "--closed-through", "2026-10"]) == 0
    capsys.readouterr()


def document(capsys: Capture, *arguments: str) -> dict[str, Any]:
    assert run([*arguments, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert isinstance(result, dict)
    return result


def refusal(capsys: Capture, *arguments: str) -> str:
    """Run a line that must fail; return its one sentence."""
    code = run(list(arguments))
    captured = capsys.readouterr()
    assert code == 1, captured
    assert "Traceback" not in captured.err
    lines = captured.err.strip().splitlines()
    assert len(lines) == 1, captured.err
    return lines[0]


@pytest.mark.usefixtures("_filled")
def test_a_question_is_answered_as_json_and_nothing_else(capsys: Capture) -> None:
    answer = document(capsys, "ask", "enterprise 2026-Q3", "--today", "2026-11-21")

    assert answer["result"] == {
        "accounts_opening": 2,
        "accounts_retained": 2,
        "opening_mrr": "1500.00",
        "expansion": "200.00",
        "contraction": "50.00",
        "churn": "0.00",
        "closing_mrr": "1650.00",
        "nrr": "1.100000",
        "grr": "0.966667",
        "logo_retention": "1.000000",
    }
    assert answer["closed_through"] == "2026-10"


@pytest.mark.usefixtures("_filled")
def test_a_question_need_not_be_quoted(capsys: Capture) -> None:
    assert run(["ask", "enterprise", "2026-Q3"]) == 0

    assert "110.0%" in capsys.readouterr().out


@pytest.mark.usefixtures("_filled")
def test_an_answer_in_the_terminal_says_the_number_its_parts_and_what_it_rests_on(
    capsys: Capture,
) -> None:
    assert run(["ask", "enterprise 2026-Q3", "--today", "2026-11-21"]) == 0

    shown = capsys.readouterr().out
    for text in ("110.0%", "96.7%", "$1,500.00", "$200.00", "$50.00", "$1,650.00", "2026-10"):
        assert text in shown


@pytest.mark.usefixtures("_filled")
def test_the_chart_is_a_png(tmp_path: Path, capsys: Capture) -> None:
    assert run(["ask", "enterprise 2026-Q3", "--chart", "bridge.png"]) == 0

    assert (tmp_path / "bridge.png").read_bytes().startswith(b"\x89PNG")
    assert "bridge.png" in capsys.readouterr().out


@pytest.mark.usefixtures("_filled")
def test_a_trend_is_answered_as_json_and_nothing_else(capsys: Capture) -> None:
    found = document(capsys, "ask", "trend by segment 24m", "--today", "2026-11-21")

    assert found["question"]["trend"] == {"months": 24, "window_months": 12}
    assert found["months_left_out"] == 19
    points = {(point["period"]["label"], point["value"]): point for point in found["trend"]}
    assert len(points) == len(found["trend"]) == 5 * 4
    assert points["TTM to 2026-06", None]["nrr"] == "1.000000"
    assert points["TTM to 2026-10", "enterprise"]["opening_mrr"] == "1500.00"
    assert points["TTM to 2026-10", "enterprise"]["nrr"] == "4.433333"
    assert points["TTM to 2026-06", "smb"]["nrr"] is None


@pytest.mark.usefixtures("_filled")
def test_a_trend_is_shown_and_drawn(tmp_path: Path, capsys: Capture) -> None:
    assert run(["ask", "trend", "enterprise", "6m", "--chart", "trend.png"]) == 0

    assert (tmp_path / "trend.png").read_bytes().startswith(b"\x89PNG")
    assert "enterprise: NRR (TTM)" in capsys.readouterr().out


@pytest.mark.usefixtures("_filled")
def test_a_trend_has_no_single_opening_base(tmp_path: Path, capsys: Capture) -> None:
    assert "--cohort is for one period" in refusal(
        capsys, "ask", "trend 6m", "--cohort", "cohort.csv"
    )
    assert not (tmp_path / "cohort.csv").exists()


@pytest.mark.usefixtures("_filled")
def test_the_opening_base_can_be_written_as_csv(tmp_path: Path) -> None:
    assert run(["ask", "enterprise 2026-Q3", "--cohort", "cohort.csv"]) == 0

    with (tmp_path / "cohort.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["account_id"], row["outcome"]) for row in rows] == [
        ("alpha", "expansion"),
        ("beta", "contraction"),
    ]


@pytest.mark.usefixtures("_filled")
def test_what_was_known_on_a_day_can_be_asked(capsys: Capture) -> None:
    line = ["ask", "enterprise 2026-Q3", "--as-of"]

    assert "was in the ledger" in refusal(capsys, *line, "2020-07-01")
    assert run([*line, "2199-12-31T06:00:00Z"]) == 0


@pytest.mark.parametrize("words", [["help"], ["annualise", "98%"]], ids=["help", "annualise"])
def test_words_that_need_no_ledger_work_without_one(words: list[str], capsys: Capture) -> None:
    assert run(["ask", *words]) == 0

    assert capsys.readouterr().out


def test_importing_the_same_file_twice_changes_nothing(movements: str, capsys: Capture) -> None:
    run(["db", "upgrade"])
    capsys.readouterr()

    first = document(capsys, "import", "movements", movements)
    second = document(capsys, "import", "movements", movements)

    assert (first["status"], first["imported"]) == ("imported", 12)
    assert (second["status"], second["imported"]) == ("unchanged", 0)
    assert first["data_version"] == second["data_version"] == 1


def test_accounts_bring_names_and_attributes(tmp_path: Path, capsys: Capture) -> None:
    run(["db", "upgrade"])
    (tmp_path / "movements.csv").write_text(MOVEMENTS, encoding="utf-8")
    (tmp_path / "accounts.csv").write_text(
        "account_id,name,region\nalpha,Alpha Ltd,emea\nbeta,,emea\n", encoding="utf-8"
    )
    run(["import", "movements", "movements.csv"])

    assert run(["import", "accounts", "accounts.csv"]) == 0

    capsys.readouterr()
    answer = document(capsys, "ask", "emea 2026-Q3", "--cohort", "cohort.csv")
    assert answer["question"]["scope"] == {"region": "emea"}
    assert "Alpha Ltd" in (tmp_path / "cohort.csv").read_text(encoding="utf-8")


def test_a_superset_of_a_known_file_brings_only_what_is_new(
    movements: str, tmp_path: Path, capsys: Capture
) -> None:
    run(["db", "upgrade"])
    run(["import", "movements", movements])
    more = f"{MOVEMENTS}m13,eta,2026-11-01,10.00,USD,new_logo,smb,\n"
    (tmp_path / "more.csv").write_text(more, encoding="utf-8")
    capsys.readouterr()

    assert run(["import", "movements", "more.csv"]) == 0
    assert run(["import", "movements", "more.csv"]) == 0

    first, second = capsys.readouterr().out.splitlines()
    assert first == "Imported 1 of 13 rows, 12 were known; the ledger is at data version 2."
    assert second == "Nothing new: the ledger holds all 13 rows already."


def test_a_dry_run_says_what_would_be_imported(movements: str, capsys: Capture) -> None:
    run(["db", "upgrade"])
    capsys.readouterr()

    assert run(["import", "movements", movements, "--dry-run"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    rehearsed = document(capsys, "import", "movements", movements, "--dry-run")
    imported = document(capsys, "import", "movements", movements)

    assert said == "Nothing is wrong: 12 of 12 rows would be imported; nothing was stored."
    assert (rehearsed["status"], rehearsed["data_version"]) == ("dry-run", 0)
    assert (imported["status"], imported["data_version"]) == ("imported", 1)
    assert rehearsed.keys() == imported.keys()


def test_a_refused_file_shows_its_findings_and_one_sentence(
    tmp_path: Path, capsys: Capture
) -> None:
    run(["db", "upgrade"])
    file = tmp_path / "bad.csv"
    file.write_text("account_id,date,amount,currency\na,2026-01-01,-5,USD\n", encoding="utf-8")
    capsys.readouterr()

    assert run(["import", "movements", str(file)]) == 1

    captured = capsys.readouterr()
    assert "line 2: amount takes the account's MRR below zero" in captured.out
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("The file bad.csv: nothing was imported")


def test_only_fifty_findings_are_shown_and_all_are_counted(tmp_path: Path, capsys: Capture) -> None:
    run(["db", "upgrade"])
    file = tmp_path / "bad.csv"
    rows = "a,2026-01-01,lots,USD\n" * 70
    file.write_text(f"account_id,date,amount,currency\n{rows}", encoding="utf-8")
    capsys.readouterr()

    assert run(["import", "movements", str(file), "--json"]) == 1

    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert report["status"] == "refused"
    assert report["findings_total"] == 70
    assert len(report["findings"]) == 50
    assert "70 findings" in captured.err
    run(["import", "movements", str(file)])
    assert "and 20 more" in capsys.readouterr().out


def test_a_file_that_is_no_table_is_refused_in_one_sentence(
    tmp_path: Path, capsys: Capture
) -> None:
    run(["db", "upgrade"])
    (tmp_path / "utf16.csv").write_text("account_id,date\n", encoding="utf-16")
    capsys.readouterr()

    assert "UTF-16" in refusal(capsys, "import", "movements", "utf16.csv")
    assert run(["import", "movements", "utf16.csv", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["status"] == "refused"


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["ask", "entreprise"], "enterprise", id="unknown-word"),
        pytest.param(["ask", "--today", "tomorrow"], "--today", id="no-day"),
        pytest.param(["ask", "--as-of", "2026-02-30"], "--as-of", id="no-such-day"),
        pytest.param(["ask", "--chart", "bridge.jpg"], ".png", id="no-png"),
        pytest.param(["ask", "--chart", "nowhere/bridge.png"], "bridge.png", id="no-folder"),
        pytest.param(["ask", "--cohort", "nowhere/c.csv"], "c.csv", id="no-folder-for-csv"),
        pytest.param(["import", "movements", "missing.csv"], "no such file", id="no-file"),
        pytest.param(["import", "movements", "."], "not a file", id="a-folder"),
        pytest.param(
            ["import", "movements", "movements.csv", "--closed-through", "2026-11"],
            "not over",
            id="month-is-not-over",
        ),
        pytest.param(
            ["import", "movements", "movements.csv", "--closed-through", "2026-Q3"],
            "2026-10",
            id="no-month",
        ),
        pytest.param(["import", "bitcoin", "x"], "bitcoin", id="no-such-source"),
        pytest.param(["frobnicate"], "frobnicate", id="no-such-command"),
        pytest.param(["ask", "--frobnicate"], "--frobnicate", id="no-such-option"),
        pytest.param(["demo", "--accounts", "0"], "1 to 200,000", id="no-accounts"),
        pytest.param(["demo", "--keep", "movements.csv/here"], "--keep", id="demo-in-a-file"),
        pytest.param(["db", "backup", "movements.csv"], "already", id="backup-over-a-file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], words: str, capsys: Capture
) -> None:
    assert words in refusal(capsys, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [["ask", ""], ["import", "movements", "movements.csv"], ["db", "check"], ["db", "rebuild"]],
    ids=["ask", "import", "check", "rebuild"],
)
@pytest.mark.usefixtures("movements")
def test_without_a_store_it_says_how_to_make_one(
    arguments: list[str], tmp_path: Path, capsys: Capture
) -> None:
    assert "nrrbot db upgrade" in refusal(capsys, *arguments)
    assert not (tmp_path / "nrrbot.db").exists()


def test_a_database_url_that_is_none_is_one_sentence(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "nonsense")

    assert "DATABASE_URL" in refusal(capsys, "db", "upgrade")


@pytest.mark.usefixtures("_filled")
def test_the_store_is_checked_rebuilt_and_copied(tmp_path: Path, capsys: Capture) -> None:
    assert run(["db", "check"]) == 0
    assert run(["db", "rebuild"]) == 0
    assert run(["db", "backup", "copy.db"]) == 0
    assert run(["db", "upgrade"]) == 0

    assert (tmp_path / "copy.db").exists()
    shown = capsys.readouterr().out
    assert "what the ledger says" in shown
    assert "ready already" in shown


@pytest.mark.usefixtures("_filled")
def test_balances_that_are_not_the_ledgers_are_found_and_mended(
    tmp_path: Path, capsys: Capture
) -> None:
    with closing(sqlite3.connect(tmp_path / "nrrbot.db")) as connection, connection:
        connection.execute("UPDATE month_balance SET mrr_minor = 1 WHERE as_of = '2026-07-01'")

    assert "2026-07-01" in refusal(capsys, "db", "check")
    assert run(["db", "rebuild"]) == 0
    assert run(["db", "check"]) == 0


def test_serving_needs_tokens_and_says_which(capsys: Capture) -> None:
    run(["db", "upgrade"])
    capsys.readouterr()

    assert "SLACK_APP_TOKEN" in refusal(capsys, "serve")


def test_the_exit_code_is_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["nrrbot", "frobnicate"])

    with pytest.raises(SystemExit) as left:
        main()

    assert left.value.code == 1


@pytest.mark.usefixtures("_filled")
def test_a_failure_of_ours_shows_where_and_never_what(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("acme pays 1,000")

    monkeypatch.setattr("bot.app.cli.print_reply", fail)

    sentence = refusal(capsys, "ask", "enterprise 2026-Q3")

    assert "KeyError" in sentence
    assert "acme" not in sentence


def test_interrupting_leaves_quietly(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.config.Settings.load", interrupt)

    assert run(["db", "upgrade"]) == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_question_loads_no_other_command_and_nothing_that_is_slow_to_load() -> None:
    code = (
        "import sys; from bot.__main__ import run; run(['ask', 'help']);"
        "slow = {'matplotlib', 'pandas', 'apscheduler', 'slack_bolt', 'slack_sdk', 'alembic'};"
        "sys.exit(str({*slow, 'bot.alerts', 'bot.digests', 'bot.doctor'} & set(sys.modules) or ''))"
    )

    found = subprocess.run(  # noqa: S603 - our own interpreter on our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert found.stderr.strip() == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_loaded_by_its_name_and_keeps_its_help(name: str) -> None:
    unloaded, loaded = command_line(None).commands, command_line(name).commands

    assert list(loaded) == list(unloaded)
    assert loaded[name].name == name
    assert loaded[name].help == unloaded[name].help
    assert loaded[name] is not unloaded[name]


def test_help_and_version_are_no_errors(capsys: Capture) -> None:
    assert run([]) == 0
    assert run(["db"]) == 0
    assert run(["--help"]) == 0
    assert run(["--", "version"]) == 0
    assert run(["version"]) == 0
    assert "0.1.0" in capsys.readouterr().out


def test_the_demo_answers_and_says_what_is_next(tmp_path: Path, capsys: Capture) -> None:
    line = ["demo", "--accounts", "60", "--months", "18", "--keep", "sample"]

    assert run(line) == 0
    first = capsys.readouterr().out
    assert run(line) == 0
    second = capsys.readouterr().out

    assert "/nrr enterprise last-quarter" in first
    assert first.count(" ask ") == 3
    assert "manifest.yaml" in first
    assert len(list((tmp_path / "sample").glob("*/enterprise-last-quarter.png"))) == 1
    assert second == first


def test_the_demo_never_mixes_with_another_store(movements: str, capsys: Capture) -> None:
    run(["db", "upgrade"])
    run(["import", "movements", movements])
    capsys.readouterr()

    assert "--keep" in refusal(capsys, "demo", "--accounts", "5", "--keep", "nrrbot.db")


def test_nothing_that_was_typed_can_steer_the_terminal(capsys: Capture) -> None:
    run(["db", "upgrade"])
    capsys.readouterr()

    sentence = refusal(capsys, "import", "movements", "b\x1b[31m\nad\u202e.csv")

    assert sentence.isprintable()


def test_words_without_a_ledger_are_json_too(capsys: Capture) -> None:
    assert "78.5" in str(document(capsys, "ask", "annualise", "98%")["text"])


def test_an_env_file_that_is_no_text_is_one_sentence(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")

    assert ".env" in refusal(capsys, "db", "upgrade")
