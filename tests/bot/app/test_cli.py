import csv
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bot.__main__ import run
from tests.bot.command_line import Capture, document, refusal

pytestmark = pytest.mark.usefixtures("home")


@pytest.mark.usefixtures("filled")
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


@pytest.mark.usefixtures("filled")
def test_a_question_need_not_be_quoted(capsys: Capture) -> None:
    assert run(["ask", "enterprise", "2026-Q3"]) == 0

    assert "110.0%" in capsys.readouterr().out


@pytest.mark.usefixtures("filled")
def test_an_answer_in_the_terminal_says_the_number_its_parts_and_what_it_rests_on(
    capsys: Capture,
) -> None:
    assert run(["ask", "enterprise 2026-Q3", "--today", "2026-11-21"]) == 0

    shown = capsys.readouterr().out
    for text in ("110.0%", "96.7%", "expansion +13.3", "contraction −3.3", "churn 0.0", "Oct 2026"):
        assert text in shown


@pytest.mark.usefixtures("filled")
def test_the_chart_is_a_png(tmp_path: Path, capsys: Capture) -> None:
    assert run(["ask", "enterprise 2026-Q3", "--chart", "bridge.png"]) == 0

    assert (tmp_path / "bridge.png").read_bytes().startswith(b"\x89PNG")
    assert "bridge.png" in capsys.readouterr().out


@pytest.mark.usefixtures("filled")
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


@pytest.mark.usefixtures("filled")
def test_a_trend_is_shown_and_drawn(tmp_path: Path, capsys: Capture) -> None:
    assert run(["ask", "trend", "enterprise", "6m", "--chart", "trend.png"]) == 0

    assert (tmp_path / "trend.png").read_bytes().startswith(b"\x89PNG")
    assert "12-month NRR 443.3%" in capsys.readouterr().out


@pytest.mark.usefixtures("filled")
def test_a_trend_has_no_single_opening_base(tmp_path: Path, capsys: Capture) -> None:
    assert "file is of the accounts of one period" in refusal(
        capsys, "ask", "trend 6m", "--csv", "cohort.csv"
    )
    assert not (tmp_path / "cohort.csv").exists()


@pytest.mark.usefixtures("filled")
def test_the_opening_base_can_be_written_as_csv(tmp_path: Path) -> None:
    assert run(["ask", "enterprise 2026-Q3", "--csv", "cohort.csv"]) == 0

    with (tmp_path / "cohort.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["account_id"], row["outcome"]) for row in rows] == [
        ("alpha", "expanded"),
        ("beta", "contracted"),
    ]


@pytest.mark.usefixtures("filled")
def test_the_same_accounts_can_be_written_as_a_workbook(tmp_path: Path) -> None:
    question = ["ask", "enterprise 2026-Q3"]
    assert run([*question, "--csv", "cohort.csv", "--xlsx", "cohort.xlsx"]) == 0

    file = tmp_path / "cohort.xlsx"
    read = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    with (tmp_path / "cohort.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened, quoting=csv.QUOTE_NONNUMERIC))
    assert read == rows
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("filled")
def test_what_was_known_on_a_day_can_be_asked(capsys: Capture) -> None:
    line = ["ask", "enterprise 2026-Q3", "--as-of"]

    assert "was in the ledger" in refusal(capsys, *line, "2020-07-01")
    assert run([*line, "2199-12-31T06:00:00Z"]) == 0


@pytest.mark.parametrize("words", [["help"], ["annualise", "98%"]], ids=["help", "annualise"])
def test_words_that_need_no_ledger_work_without_one(words: list[str], capsys: Capture) -> None:
    assert run(["ask", *words]) == 0

    assert capsys.readouterr().out


def test_words_without_a_ledger_are_json_too(capsys: Capture) -> None:
    assert "78.5" in str(document(capsys, "ask", "annualise", "98%")["text"])


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["ask", "entreprise"], "enterprise", id="unknown-word"),
        pytest.param(["ask", "--today", "tomorrow"], "--today", id="no-day"),
        pytest.param(["ask", "--as-of", "2026-02-30"], "--as-of", id="no-such-day"),
        pytest.param(["ask", "--chart", "bridge.jpg"], ".png", id="no-png"),
        pytest.param(["ask", "--chart", "nowhere/bridge.png"], "bridge.png", id="no-folder"),
        pytest.param(
            ["ask", "top 3 customers", "--chart", "top.png"], "has no picture of that", id="a-list"
        ),
        pytest.param(["ask", "--csv", "nowhere/c.csv"], "c.csv", id="no-folder-for-csv"),
        pytest.param(["ask", "--xlsx", "nowhere/c.xlsx"], "c.xlsx", id="no-folder-for-xlsx"),
        pytest.param(["ask", "--xlsx", "c.csv"], ".xlsx", id="no-xlsx"),
        pytest.param(["ask", "trend", "--xlsx", "c.xlsx"], "file is of", id="no-list"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], words: str, capsys: Capture
) -> None:
    assert words in refusal(capsys, *arguments)


@pytest.mark.usefixtures("movements")
def test_without_a_store_it_says_how_to_make_one(tmp_path: Path, capsys: Capture) -> None:
    assert "nrrbot db upgrade" in refusal(capsys, "ask", "")
    assert not (tmp_path / "nrrbot.db").exists()


@pytest.mark.usefixtures("filled")
def test_a_list_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "churned.csv"
    file.write_text("of before", encoding="utf-8")
    file.chmod(0o644)

    assert run(["ask", "accounts churned 2026-Q3", "--csv", "churned.csv"]) == 0

    with file.open(encoding="utf-8", newline="") as opened:
        [row] = csv.DictReader(opened)
    assert (row["account_id"], row["outcome"], row["driver"]) == ("gamma", "churned", "competitor")
    assert file.stat().st_mode & 0o777 == 0o600
