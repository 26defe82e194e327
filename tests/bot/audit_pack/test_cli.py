"""``nrrbot audit``: packs that are checked where there is a store, and where there is none."""

from pathlib import Path

import pytest

from bot.__main__ import run
from metrics.data_end import Declared
from tests.bot.audit_pack.packs import forged
from tests.bot.command_line import Capture, document, refusal
from tests.bot.small_company import small_company

PACK = ["audit", "pack", "Q3", "2026", "q3.zip", "--today", "2026-11-21"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = small_company(tmp_path / "company")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{store.sqlite_path}")


def test_a_pack_says_its_figures_and_the_hash_that_its_check_says_again(capsys: Capture) -> None:
    assert run(PACK) == 0
    first, second, *_, hash_, last = capsys.readouterr().out.splitlines()

    assert first == "Audit pack of Q3 2026, the whole company: NRR 103.0%, GRR 91.0% of 4 accounts."
    assert second == "Behind them: 5 movements, 1 import, 0 posted figures, 0 decisions."
    assert last == "Check it anywhere: nrrbot audit verify q3.zip"

    assert run(last.partition("nrrbot ")[2].split()) == 0
    checked = capsys.readouterr().out.splitlines()
    assert checked[0] == (
        "OK: Q3 2026, the whole company: NRR 103.0%, GRR 91.0% of 4 accounts, worked out from its"
        " rows."
    )
    assert checked[3] == hash_
    assert checked[4].startswith("The audit trail has that hash: packed 20")


def test_a_pack_of_an_older_ledger_is_well_and_says_that_it_is(capsys: Capture) -> None:
    run(PACK)
    late = "movement_id,account_id,date,amount,currency\nlate,alpha,2026-09-09,-100.00,USD\n"
    Path("late.csv").write_text(late, encoding="utf-8")
    assert run(["import", "movements", "late.csv", "--yes"]) == 0
    capsys.readouterr()

    assert run(["audit", "verify", "q3.zip"]) == 0
    shown = capsys.readouterr().out

    assert shown.startswith("OK: Q3 2026, the whole company: NRR 103.0%")
    assert shown.splitlines()[-1] == (
        "The ledger has changed since, from data version 1 to 2: a pack of today may have other"
        " figures."
    )
    assert document(capsys, "audit", "verify", "q3.zip")["ledger_has_changed"] is True


def test_both_say_the_same_as_json(capsys: Capture) -> None:
    made = document(capsys, *PACK, "--scope", "enterprise")
    checked = document(capsys, "audit", "verify", "q3.zip")

    assert made["nrr"] == checked["nrr"] == "1.100000"
    assert made["sha256"] == checked["sha256"]
    assert made["scope"] == checked["scope"] == [["segment", "enterprise"]]
    assert made["rows"]["cohort.csv"] == 2
    assert (checked["ok"], checked["data_version"]) == (True, 1)


def test_without_a_store_a_pack_is_checked_by_itself(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(PACK)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///none.db")
    capsys.readouterr()

    assert run(["audit", "verify", "q3.zip"]) == 0

    assert "No store is at hand: compare that with what was printed" in capsys.readouterr().out
    assert not Path("none.db").exists()


def test_a_pack_that_is_made_up_whole_is_not_in_the_trail(capsys: Capture) -> None:
    run(PACK)
    forged(Path("q3.zip"), {"definitions.md": lambda _: "NRR is whatever we say.\n"})
    capsys.readouterr()

    said = refusal(capsys, "audit", "verify", "q3.zip")

    assert said.startswith("The pack agrees with itself, but the audit trail of the store at hand")


def test_an_altered_pack_fails_in_one_sentence(capsys: Capture) -> None:
    run(PACK)
    file = Path("q3.zip")
    file.write_bytes(file.read_bytes()[:-7])
    capsys.readouterr()

    assert refusal(capsys, "audit", "verify", "q3.zip").startswith("The file was cut off")


@pytest.mark.parametrize("words", [["q3.zip"], ["Q3", "2026"], ["Q3", "2026", "q3.txt"]])
def test_a_period_and_a_zip_file_are_needed(capsys: Capture, words: list[str]) -> None:
    assert refusal(capsys, "audit", "pack", *words).startswith("Name a period and a file that ends")


def test_a_month_that_is_not_closed_is_said_to_be(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = small_company(tmp_path / "open", declared=Declared())
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{store.sqlite_path}")

    assert run(PACK) == 0

    said = capsys.readouterr().out
    assert "Not all months of it are closed: its figures may still change." in said


def test_a_folder_that_is_not_there_is_told(capsys: Capture) -> None:
    line = ["audit", "pack", "Q3", "2026", "none/q3.zip"]
    assert refusal(capsys, *line) == (
        "The file q3.zip cannot be written: check its folder and rights."
    )


def test_a_ledger_in_a_warehouse_has_no_rows_to_pack(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", "sqlite:///warehouse.db")

    assert refusal(capsys, *PACK).startswith("The ledger is in the warehouse")


def test_the_record_of_decisions_is_checked_without_a_pack(capsys: Capture) -> None:
    assert run([*PACK]) == 0
    capsys.readouterr()

    found = document(capsys, "audit", "verify")

    assert found["entries"] == 1
    assert len(found["newest"]) == 64
