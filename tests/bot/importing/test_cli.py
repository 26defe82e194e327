import json
from pathlib import Path
from typing import NoReturn

import pytest

from bot.__main__ import run
from bot.importing.helping import KIND_HELP
from tests.bot.command_line import Capture, document, new_store, refusal
from tests.bot.small_company import MOVEMENTS

pytestmark = pytest.mark.usefixtures("home")


def test_importing_the_same_file_twice_changes_nothing(movements: str, capsys: Capture) -> None:
    new_store()
    capsys.readouterr()

    first = document(capsys, "import", "movements", movements)
    second = document(capsys, "import", "movements", movements)

    assert (first["status"], first["imported"]) == ("imported", 12)
    assert (second["status"], second["imported"]) == ("unchanged", 0)
    assert first["data_version"] == second["data_version"] == 1


def test_accounts_bring_names_and_attributes(tmp_path: Path, capsys: Capture) -> None:
    new_store()
    (tmp_path / "movements.csv").write_text(MOVEMENTS, encoding="utf-8")
    (tmp_path / "accounts.csv").write_text(
        "account_id,name,region\nalpha,Alpha Ltd,emea\nbeta,,emea\n", encoding="utf-8"
    )
    run(["import", "movements", "movements.csv"])

    assert run(["import", "accounts", "accounts.csv"]) == 0

    capsys.readouterr()
    answer = document(capsys, "ask", "emea 2026-Q3", "--csv", "cohort.csv")
    assert answer["question"]["scope"] == {"region": "emea"}
    assert "Alpha Ltd" in (tmp_path / "cohort.csv").read_text(encoding="utf-8")


def test_a_superset_of_a_known_file_brings_only_what_is_new(
    movements: str, tmp_path: Path, capsys: Capture
) -> None:
    new_store()
    run(["import", "movements", movements])
    more = f"{MOVEMENTS}m13,eta,2026-11-01,10.00,USD,new_logo,smb,\n"
    (tmp_path / "more.csv").write_text(more, encoding="utf-8")
    capsys.readouterr()

    assert run(["import", "movements", "more.csv"]) == 0
    assert run(["import", "movements", "more.csv"]) == 0

    _, first, ends, _, second = capsys.readouterr().out.splitlines()
    assert ends.startswith("The data ends 1 Nov 2026; no month is closed")
    assert first == "Imported 1 of 13 rows, 12 were held already; the ledger is at data version 2."
    assert second == "Nothing new: the ledger holds all 13 rows already."


def test_a_dry_run_says_what_would_be_imported(movements: str, capsys: Capture) -> None:
    new_store()
    capsys.readouterr()

    assert run(["import", "movements", movements, "--dry-run"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    rehearsed = document(capsys, "import", "movements", movements, "--dry-run")
    imported = document(capsys, "import", "movements", movements)

    told = "MRR movements: 12 rows. Nothing is wrong: 12 of 12 rows would be imported;"
    assert said == f"{told} nothing was stored."
    assert (rehearsed["status"], rehearsed["data_version"]) == ("dry-run", 0)
    assert (imported["status"], imported["data_version"]) == ("imported", 1)
    assert rehearsed.keys() == imported.keys()


def test_a_refused_file_shows_its_findings_and_one_sentence(
    tmp_path: Path, capsys: Capture
) -> None:
    new_store()
    file = tmp_path / "bad.csv"
    file.write_text("account_id,date,amount,currency\na,2026-01-01,-5,USD\n", encoding="utf-8")
    capsys.readouterr()

    assert run(["import", "movements", str(file)]) == 1

    captured = capsys.readouterr()
    assert "line 2: amount takes a below zero on 1 Jan 2026: has 0.00, would" in captured.out
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("The file bad.csv: nothing was imported")


def test_findings_of_one_kind_are_counted(tmp_path: Path, capsys: Capture) -> None:
    new_store()
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
    assert report["findings"][0] == {
        "line": 2,
        "column": "amount",
        "cell": "lots",
        "message": "amount is not a plain number: write it like 1200.50 or -80",
    }
    assert "70 findings" in captured.err
    run(["import", "movements", str(file)])
    assert 'amount, 70 rows, first line 2 "lots":' in capsys.readouterr().out


def test_a_file_that_is_no_table_is_refused_in_one_sentence(
    tmp_path: Path, capsys: Capture
) -> None:
    new_store()
    (tmp_path / "empty.csv").touch()
    capsys.readouterr()

    sentence = refusal(capsys, "import", "movements", "empty.csv")
    assert sentence.startswith("The file empty.csv: the file is empty")
    assert run(["import", "movements", "empty.csv", "--json"]) == 1
    refused = json.loads(capsys.readouterr().out)
    assert (refused["status"], refused["error"]) == ("refused", {"sentence": sentence})


def test_nothing_that_was_typed_can_steer_the_terminal(capsys: Capture) -> None:
    new_store()
    capsys.readouterr()

    sentence = refusal(capsys, "import", "movements", "b\x1b[31m\nad\u202e.csv")

    assert sentence.isprintable()


@pytest.mark.usefixtures("filled")
def test_a_day_without_a_movement_is_in_when_an_import_covers_it(capsys: Capture) -> None:
    ask = ["ask", "2026-11", "--today", "2026-11-21", "--json"]
    run(ask)
    before = json.loads(capsys.readouterr().out)

    through = ["import", "movements", "movements.csv", "--through", "2026-11-15", "--json"]
    assert run(through) == 0
    assert json.loads(capsys.readouterr().out)["covered_through"] == "2026-11-15"

    run(ask)
    after = json.loads(capsys.readouterr().out)
    assert (before["data_through"], before["result"]) == ("2026-11-01", None)
    assert (after["data_through"], after["result"]["nrr"]) == ("2026-11-16", "1.000000")


def test_a_file_is_read_on_the_day_that_is_said(tmp_path: Path, capsys: Capture) -> None:
    new_store()
    text = "account_id,start,end,amount,currency\nacme,2025-06-01,2026-05-31,1200,USD\n"
    (tmp_path / "contracts.csv").write_text(text, encoding="utf-8")
    capsys.readouterr()

    assert run(["import", "contracts", "contracts.csv", "--today", "2026-05-30"]) == 0
    assert "waits for its day: -100.00 USD on 31 May 2026" in capsys.readouterr().out
    assert refusal(capsys, "import", "contracts", "contracts.csv", "--today", "soon").startswith(
        "--today takes a day from 1970 to 2199"
    )


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["import", "movements", "missing.csv"], "no such file", id="no-file"),
        pytest.param(["import", "movements", "."], "not a file", id="a-folder"),
        pytest.param(
            ["import", "movements", "movements.csv", "--closed-through", "2149-11"],
            "not over",
            id="month-is-not-over",
        ),
        pytest.param(
            ["import", "movements", "movements.csv", "--closed-through", "2026-Q3"],
            "--closed-through takes a month such as 2026-10, not 2026-Q3",
            id="no-month",
        ),
        pytest.param(
            ["import", "movements", "movements.csv", "--closed-through", "2026-13"],
            '--closed-through takes a month such as 2026-10, not "2026-13"',
            id="no-such-month",
        ),
        pytest.param(
            ["import", "movements", "movements.csv", "--closed-through", "202610"],
            '--closed-through takes a month such as 2026-10, not "202610"',
            id="month-in-figures",
        ),
        pytest.param(
            ["import", "movements", "movements.csv", "--closed-through", ""],
            "--closed-through takes a month",
            id="empty-month",
        ),
        pytest.param(
            ["import", "movements", "movements.csv", "--through", ""],
            "--through takes a day",
            id="empty-day",
        ),
        pytest.param(
            ["import", "movements", "movements.csv", "--through", "2026-11"],
            '--through takes a day from 1970 to 2199, such as 2026-11-21, not "2026-11"',
            id="no-day",
        ),
        pytest.param(
            ["import", "movements", "movements.csv", "--through", "2150-01-01"],
            "--through 2150-01-01 lies after today",
            id="day-to-come",
        ),
        pytest.param(
            ["import", "movements", "movements.csv", "--through", "2026-10-30"],
            "--through 2026-10-30 lies before 2026-10-31, through which the data is in already",
            id="day-that-is-in",
        ),
        pytest.param(["import", "bitcoin", "x"], "bitcoin", id="no-such-source"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], words: str, capsys: Capture
) -> None:
    assert words in refusal(capsys, *arguments)


@pytest.mark.usefixtures("movements")
def test_without_a_store_it_says_how_to_make_one(tmp_path: Path, capsys: Capture) -> None:
    assert "nrrbot db upgrade" in refusal(capsys, "import", "movements", "movements.csv")
    assert not (tmp_path / "nrrbot.db").exists()


def test_rates_say_which_way_round_they_were_read(tmp_path: Path, capsys: Capture) -> None:
    new_store()
    (tmp_path / "eurofxref-hist.csv").write_text(
        "Date,USD,JPY,\n2026-11-20,1.0812,162.35,\n2026-11-19,N/A,162.1,\n", encoding="utf-8"
    )
    capsys.readouterr()

    assert run(["import", "rates", "eurofxref-hist.csv"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "Exchange rates: 2 rows.",
        "Imported 2 of 2 rows; the ledger is at data version 1.",
        "Read as: 1 EUR = 1.0812 USD from 20 Nov 2026 on.",
    ]
    again = document(capsys, "import", "rates", "eurofxref-hist.csv")
    assert (again["status"], again["example_rate"]) == (
        "unchanged",
        {"date": "2026-11-20", "base": "EUR", "currency": "USD", "rate": "1.0812"},
    )


STRIPE = """\
Customer ID,Customer,Customer Email,Currency,2026-09,2026-10
cus_a,Anna Ltd,a@x.co,usd,100.00,150.00
"""


def test_a_file_is_recognised_and_said_first(tmp_path: Path, capsys: Capture) -> None:
    new_store()
    (tmp_path / "mrr.csv").write_text(STRIPE, encoding="utf-8")
    capsys.readouterr()

    assert run(["import", "--dry-run", "mrr.csv"]) == 0
    said = capsys.readouterr().out.splitlines()
    told = document(capsys, "import", "mrr.csv")["recognised"]

    assert said[0] == "Stripe's MRR per subscriber: 1 row, a column for each month."
    assert (told["kind"], told["source"], told["rows"]) == ("balances", "stripe", 1)
    assert told["columns"]["account_id"] == "Customer ID"


def test_a_mapping_beside_the_file_is_used_and_typed_words_count_over_it(
    tmp_path: Path, capsys: Capture
) -> None:
    new_store()
    (tmp_path / "export.csv").write_text(
        "Who,Day,Cents,E-Mail\nacme,2026-10-05,500,a@x.co\n", encoding="utf-8"
    )
    (tmp_path / "export.toml").write_text(
        'currency = "EUR"\n[columns]\naccount_id = "Who"\ndate = "Day"\namount = "Cents"\n',
        encoding="utf-8",
    )
    capsys.readouterr()

    assert run(["import", "export.csv", "--map", "amount=Cents/100", "--dry-run"]) == 0

    assert " ".join(capsys.readouterr().out.split()).startswith(
        "MRR movements: 1 row, account_id from Who, date from Day, amount from Cents. Left out:"
        " E-Mail (looks like e-mail addresses). To take one as an attribute, name it with --only."
    )
    again = document(capsys, "import", "export.csv", "--mapping", "export.toml", "--dry-run")
    assert again["recognised"]["kind"] == "movements"


def test_a_column_that_no_option_takes_is_left_out_without_advice(
    capsys: Capture, tmp_path: Path
) -> None:
    new_store()
    path = tmp_path / "mrr.csv"
    path.write_text("account_id,date,amount,currency,2nd tier\na,2026-01-01,5,EUR,x\n")

    assert run(["import", str(path), "--dry-run"]) == 0

    said = capsys.readouterr().out
    assert "Left out: 2nd tier (is no name that can be asked by).\n" in said
    assert "--only" not in said


def test_a_users_error_is_one_json_document(tmp_path: Path, capsys: Capture) -> None:
    new_store()
    (tmp_path / "export.csv").write_text("foo,bar\n1,2\n", encoding="utf-8")
    capsys.readouterr()

    assert run(["import", "export.csv", "--map", "amount", "--json"]) == 1

    captured = capsys.readouterr()
    assert json.loads(captured.out)["error"]["sentence"] == captured.err.strip()
    assert "--map takes OURS=COLUMN" in captured.err


def test_a_slip_in_a_command_is_no_file(capsys: Capture) -> None:
    new_store()
    capsys.readouterr()

    assert "Did you mean 'movements'" in refusal(capsys, "import", "movments", "x.csv")
    assert "there is no such file" in refusal(capsys, "import", "movments.csv")


@pytest.mark.parametrize("kind", [*KIND_HELP])
def test_the_help_of_a_kind_shows_a_sample_that_can_be_imported(
    kind: str, tmp_path: Path, capsys: Capture
) -> None:
    new_store()
    if kind == "signals":
        (tmp_path / "m.csv").write_text(
            "account_id,date,amount,currency\nacme,2026-01-05,5,USD\n", encoding="utf-8"
        )
        run(["import", "m.csv"])
    (tmp_path / "sample.csv").write_text("\n".join(KIND_HELP[kind].sample), encoding="utf-8")
    capsys.readouterr()

    said = document(capsys, "import", "sample.csv", "--dry-run")

    assert said["recognised"]["kind"] == kind


def test_an_error_of_ours_is_not_told_as_one_of_the_file(
    movements: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError

    new_store()
    monkeypatch.setattr("bot.importing.cli.import_file", fail)

    said = refusal(capsys, "import", "movements", movements)

    assert said.startswith("Something went wrong on our side")
    assert "movements.csv" not in said
