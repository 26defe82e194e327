import csv
import json
from pathlib import Path

import pytest

from bot.__main__ import run
from tests.bot.command_line import Capture, told

pytestmark = pytest.mark.usefixtures("company_store")


def test_the_worst_comes_first_with_what_to_type_and_json_has_every_figure(capsys: Capture) -> None:
    said = told(capsys, "data", "--today", "2026-11-21")
    document = json.loads(told(capsys, "data", "--today", "2026-11-21", "--json"))

    assert said.splitlines()[0] == document["problems"][0]["sentence"]
    assert document["problems"][0]["remedy"][:20] in said
    assert document["reconciles"] is True
    assert {row["difference"] for row in document["bridge"]} == {"0.00"}


def test_accounts_that_no_list_has_are_written_for_a_person_to_complete(
    capsys: Capture, tmp_path: Path
) -> None:
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("account_id,name\n17,Alpha Inc.\n18,Beta\n19,Beta GmbH\n", encoding="utf-8")
    told(capsys, "import", "accounts", str(accounts))
    file = tmp_path / "unmatched.csv"

    said = told(capsys, "data", "--today", "2026-11-21", "--unmatched", str(file))
    again = told(capsys, "import", "accounts", str(file))

    with file.open(encoding="utf-8", newline="") as text:
        first, *others = [*csv.DictReader(text)]
    assert "6 accounts written to" in said
    assert (first["account_id"], first["parent_id"]) == ("alpha", "")
    assert first["note_likely_parent_id"] == "17"
    assert others[0]["account_id"] == "beta"
    assert others[0]["note_likely_parent_id"] == ""  # two are called so
    assert file.stat().st_mode & 0o777 == 0o600
    assert "0 of 6 rows" in again or "Nothing" in again


def test_totals_of_another_system_are_beside_the_ledgers(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "totals.csv"
    file.write_text(
        "month,mrr,currency\n2026-08,2110.00,USD\n2026-09,2100.00,USD\n", encoding="utf-8"
    )

    said = told(capsys, "data", "--reconcile", str(file), "--today", "2026-11-21")
    document = json.loads(told(capsys, "data", "--reconcile", str(file), "--json"))

    # alpha 1,200 + beta 450 + gamma 100 + epsilon 60 + zeta 300; gamma left and delta came back
    assert said.splitlines()[:2] == [
        "Sep 2026 is $50.00 less here: $2,050.00, there $2,100.00",
        "Aug 2026 to Sep 2026: 1 of 2 months agrees.",
    ]
    assert (document["agrees"], document["months"][1]["difference"]) == (False, "-50.00")


def test_a_german_export_is_read_in_its_encoding(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "umsatz.csv"
    file.write_text("Monat;MRR;Währung\n2026-08;2.110,00;USD\n", encoding="cp1252")
    words = ("--map", "month=Monat", "--map", "currency=Währung", "--today", "2026-11-21")

    said = told(capsys, "data", "--reconcile", str(file), "--encoding", "cp1252", *words)

    assert said.startswith("umsatz.csv and the ledger agree")


def test_a_file_that_cannot_be_compared_is_named_in_one_sentence(
    capsys: Capture, tmp_path: Path
) -> None:
    file = tmp_path / "totals.csv"
    file.write_text("month,mrr\n2026-08,10.00\n", encoding="utf-8")

    assert run(["data", "--reconcile", str(file)]) == 1
    assert capsys.readouterr().err == (
        "The file totals.csv: the file names no currency: say --currency EUR.\n"
    )


def test_a_header_that_lacks_columns_is_answered_with_the_line_that_compares_it(
    capsys: Capture, tmp_path: Path
) -> None:
    file = tmp_path / "totals.csv"
    file.write_text("period,Umsatz,2026\n2026-08,10.00,x\n", encoding="utf-8")

    assert run(["data", "--reconcile", str(file)]) == 1
    assert capsys.readouterr().err.endswith(
        f"; type `nrrbot data --reconcile {file} --map mrr=COLUMN --currency EUR`.\n"
    )


def test_a_column_of_a_year_among_months_is_left_out_by_its_option(
    capsys: Capture, tmp_path: Path
) -> None:
    file = tmp_path / "totals.csv"
    file.write_text("segment,2026-08,2026\nsmb,10.00,10.00\n", encoding="utf-8")
    line = ["data", "--reconcile", str(file), "--currency", "USD"]

    assert run(line) == 1
    assert "leave it out with --ignore 2026." in capsys.readouterr().err
    assert "0 of 1 month agree" in told(capsys, *line, "--ignore", "2026")


def test_options_of_a_file_without_a_file_are_refused(capsys: Capture) -> None:
    assert run(["data", "--currency", "EUR"]) == 1
    assert "say --reconcile FILE, too" in capsys.readouterr().err


def test_without_a_list_of_accounts_nothing_is_written_to_complete(
    capsys: Capture, tmp_path: Path
) -> None:
    file = tmp_path / "unmatched.csv"

    assert run(["data", "--today", "2026-11-21", "--unmatched", str(file)]) == 1
    assert "There is no list of accounts to match with" in capsys.readouterr().err
    assert not file.exists()
