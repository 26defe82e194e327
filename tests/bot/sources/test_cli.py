import json
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from bot.__main__ import run
from bot.sources.syncing import Syncing, SyncOutcome
from tests.bot.command_line import Capture, document, new_store, refusal, told
from tests.storage.sources.sql.databases import Theirs, their_sqlite

ROWS = [
    (1, "acme", "2026-10-02", "100", "2026-10-02 09:00:00"),
    (2, "beta", "2026-10-02", "20.5", "2026-10-02 10:00:00"),
]
TODAY = ("--today", "2026-11-28")
QUERY = "SELECT movement_id, account_id, date, amount, currency, updated_at FROM m"
ONCE = ("sync", "sql", "--once", *TODAY)


@pytest.fixture
def theirs(home: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theirs]:
    del home
    new_store()
    with their_sqlite(tmp_path) as opened:
        opened.add(ROWS)
        monkeypatch.setenv("NRRBOT_SQL_URL", opened.url)
        monkeypatch.setenv("NRRBOT_SQL_QUERY", QUERY)
        monkeypatch.setenv("NRRBOT_SQL_WATERMARK", "updated_at")
        yield opened


@pytest.mark.usefixtures("theirs")
def test_once_says_in_one_line_what_is_new_and_how_far_the_data_goes(capsys: Capture) -> None:
    assert told(capsys, *ONCE) == "sql: 2 new rows, covered through 28 Nov.\n"
    assert told(capsys, *ONCE) == "sql: nothing new, covered through 28 Nov.\n"


@pytest.mark.usefixtures("theirs")
def test_json_is_one_document(capsys: Capture) -> None:
    assert document(capsys, *ONCE) == {
        "source": "sql",
        "status": "synced",
        "rows": 2,
        "imported": 2,
        "imports": [1],
        "covered_through": "2026-11-28",
        "said": [],
        "notes": [],
    }


def test_the_line_may_name_database_query_file_kind_and_watermark(
    theirs: Theirs, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("URL", "QUERY", "WATERMARK"):
        monkeypatch.delenv(f"NRRBOT_SQL_{name}")
    (tmp_path / "q.sql").write_text(QUERY, encoding="utf-8")
    line = (*ONCE, "--url", theirs.url, "--query-file", "q.sql", "--kind", "movements")

    assert told(capsys, *line, "--watermark", "updated_at").startswith("sql: 2 new rows")


def states(capsys: Capture) -> list[dict[str, object]]:
    found: list[dict[str, object]] = document(capsys, "data", *TODAY)["sources"]
    return found


MARK = ("--watermark", "updated_at")
BETA_ALONE = f"{QUERY} WHERE account_id = 'beta'"


def test_a_query_that_is_tried_beside_the_configured_one_leaves_its_state_alone(
    theirs: Theirs, capsys: Capture
) -> None:
    told(capsys, *ONCE)
    before = states(capsys)
    theirs.add([(3, "beta", "2026-11-03", "5", "2026-11-03 09:00:00")])

    assert "no such column" in refusal(capsys, *ONCE, "--query", "SELECT nobody FROM m")
    failed = states(capsys)
    asked = refusal(capsys, *ONCE, "--query", BETA_ALONE)  # the watermark is the configured one's
    tried = told(capsys, *ONCE, "--query", BETA_ALONE, *MARK).splitlines()

    assert failed == before
    assert asked.endswith("with --held it stays, and what is new is added.")
    assert tried == ["sql: 1 new row.", "Tried once: the source sql of the settings is as it was."]
    assert states(capsys)[0]["failure"] is None
    assert document(capsys, *ONCE)["rows"] == 3  # from its own watermark's day on


def test_a_query_that_is_typed_where_none_is_configured_goes_on_and_fails_for_nobody_else(
    theirs: Theirs, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("URL", "QUERY", "WATERMARK"):
        monkeypatch.delenv(f"NRRBOT_SQL_{name}")
    line = (*ONCE, "--url", theirs.url, "--query", QUERY, *MARK)
    told(capsys, *line)
    theirs.add([(3, "beta", "2026-11-03", "5", "2026-11-03 09:00:00")])
    assert document(capsys, *line)["rows"] == 3
    assert document(capsys, *line)["rows"] == 1  # those of the newest day

    refusal(capsys, *line, "--kind", "contracts")

    assert states(capsys)[0]["failure"] is None


def test_refused_rows_are_shown_with_their_cells_and_a_script_reads_the_sentence(
    theirs: Theirs, capsys: Capture
) -> None:
    theirs.run("UPDATE m SET currency = 'QQQ' WHERE movement_id = 2")

    assert run(ONCE) == 1
    shown = capsys.readouterr()
    assert run([*ONCE, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)

    assert shown.out.strip() == (
        'row 2, currency "QQQ": is not an ISO 4217 code such as USD or EUR'
    )
    assert shown.err.strip() == (
        "The sync of sql failed: nothing was imported, because of 1 finding: mend it where it"
        " comes from."
    )
    assert said == {
        "source": "sql",
        "status": "failed",
        "error": {"sentence": shown.err.strip()},
    }


def test_what_would_be_asked_is_answered_once(
    theirs: Theirs, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NRRBOT_SQL_WATERMARK")
    monkeypatch.setenv("NRRBOT_SQL_QUERY", "SELECT account_id, date, amount, currency FROM m")
    run(ONCE)
    theirs.run("UPDATE m SET amount = 90 WHERE movement_id = 1")
    capsys.readouterr()

    asked = refusal(capsys, *ONCE)

    assert asked.endswith(
        "Answer once by `nrrbot sync sql --once` with --append, --held or --replace."
    )
    assert told(capsys, *ONCE, "--replace") == "sql: 1 new row, covered through 28 Nov.\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("--once", "--kind", "rates"), "--kind takes movements, balances or contracts"),
        (("--once", "--query", "SELECT 1", "--query-file", "q"), "say one of --query and"),
        (("--once", "--held", "--replace"), "say one of --append, --held and --replace"),
        (("--json",), "--json prints one document: say --once, too"),
        (("--replace",), "an answer is for one time: say --once, too"),
        (("--once", "--today", "soon"), "--today"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    theirs: Theirs, capsys: Capture, line: tuple[str, ...], words: str
) -> None:
    del theirs

    assert words.casefold() in refusal(capsys, "sync", "sql", *line).casefold()


@pytest.mark.usefixtures("home")
def test_a_source_that_is_not_configured_names_the_setting(capsys: Capture) -> None:
    new_store()

    assert refusal(capsys, *ONCE) == (
        "The source sql is not configured: set NRRBOT_SQL_URL, see docs/sources.md."
    )


@pytest.mark.usefixtures("theirs")
def test_without_once_it_goes_on_every_few_minutes_until_it_is_interrupted(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def interrupt(seconds: float) -> None:
        slept.append(seconds)
        monkeypatch.setenv("NRRBOT_SQL_QUERY", "")
        if len(slept) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("bot.sources.cli.sleep", interrupt)

    assert run(["sync", "sql", *TODAY]) == 130

    assert slept == [900, 900]
    shown = capsys.readouterr()
    assert shown.err.splitlines() == [
        "Reads it every 15 minutes until Ctrl-C; --once reads it one time.",
        "Stopped.",
    ]
    assert shown.out.splitlines() == [
        "sql: 2 new rows, covered through 28 Nov.",
        "sql: nothing new, covered through 28 Nov.",
    ]


def test_a_field_that_stripe_has_not_is_said_in_one_sentence(
    theirs: Theirs, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    del theirs
    monkeypatch.setenv("STRIPE_API_KEY", "rk_test_canary")
    monkeypatch.setenv("STRIPE_API_URL", "http://127.0.0.1:1")

    said = refusal(capsys, "sync", "stripe", "--once", "--map", "segment=segment")

    assert said == (
        "The map segment=segment names no field of Stripe's: write metadata.KEY of a customer,"
        " subscription.metadata.KEY, country, email_domain or name."
    )


def test_a_read_that_fails_is_said_and_the_next_one_may_go_better(
    theirs: Theirs, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(theirs.url.removeprefix("sqlite:///"))
    kept = file.with_suffix(".away")
    steps = iter((lambda: file.rename(kept), lambda: kept.rename(file), None))

    def go_on(_: float) -> None:
        if (step := next(steps)) is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr("bot.sources.cli.sleep", go_on)

    assert run(["sync", "sql", *TODAY]) == 130

    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "sql: 2 new rows, covered through 28 Nov.",
        "sql: nothing new, covered through 28 Nov.",
    ]
    assert "The sync of sql failed" in shown.err


def test_balances_may_be_said_to_be_complete_and_no_other_source_is_known(
    theirs: Theirs, capsys: Capture
) -> None:
    del theirs
    monthly = "SELECT account_id, '2026-10' AS month, amount AS mrr, currency FROM m"

    said = told(capsys, *ONCE, "--query", monthly, "--kind", "balances", "--complete")

    assert said.splitlines()[0].startswith("sql: 2 new rows")


@pytest.mark.usefixtures("theirs")
def test_what_a_sync_has_to_note_is_said_and_an_error_of_ours_is_not_the_sources(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def note(*_: object, **__: object) -> SyncOutcome:
        return SyncOutcome(name="sql", notes=("3 rows were left out.",))

    def fail(*_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr(Syncing, "sync", note)
    assert "3 rows were left out." in told(capsys, *ONCE)
    monkeypatch.setattr(Syncing, "sync", fail)
    assert run(ONCE) == 1
    assert "Something went wrong on our side" in capsys.readouterr().err
