"""The bot beside a warehouse: its own store is empty, and the ledger is in another database."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from bot.answers.answers import Answers
from bot.answers.behind import base_accounts
from bot.answers.document import reply_json
from bot.answers.reply import private_reply
from bot.answers.terminal import print_reply
from bot.config import Settings
from bot.errors import UsageError
from bot.style.grounds import provenance, warnings
from bot.why.explanation import Explanation
from metrics.activity import Activity
from metrics.pauses import LapsedPauses
from storage.errors import AccountsElsewhereError, NoUsageError, WarehouseUnreachableError
from storage.store.engine import Store
from storage.warehouse.connection import Warehouse
from storage.warehouse.copy import WarehouseReader
from tests.bot.command_line import Capture, document, refusal, told
from tests.bot.small_company import MOVEMENTS, answers_from, import_text, reply_of, small_company
from tests.storage.at_head import set_up
from tests.storage.warehouses import publish

FIRST, LATER = datetime(2026, 11, 21, 6, tzinfo=UTC), datetime(2026, 11, 21, 7, tzinfo=UTC)
QUESTIONS = [
    "",
    "enterprise last-quarter by industry",
    "2026-07-05..2026-09-20",
    "trend monthly last-6-months",
]


@pytest.fixture
def company(tmp_path: Path) -> Store:
    (tmp_path / "company").mkdir()
    company = small_company(tmp_path / "company")
    publish(company)
    return company


@pytest.fixture
def beside(company: Store, tmp_path: Path) -> Callable[..., Answers]:
    return answers_beside(company, tmp_path)


def answers_beside(company: Store, folder: Path) -> Callable[..., Answers]:
    """Answer beside a warehouse, from one store that outlasts the answers."""
    store = Store(f"sqlite:///{folder / 'bot.db'}")
    set_up(store)

    def open_answers(url: str = str(company.engine.url), *, now: datetime = FIRST) -> Answers:
        reader = WarehouseReader(store, Warehouse(url), now=lambda: now)
        return answers_from(store, warehouse=reader)

    return open_answers


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_reply_is_the_local_one(
    beside: Callable[..., Answers], company: Store, question: str
) -> None:
    expected = answers_from(company).reply(question)
    answers = beside()

    assert answers.reply(question) == expected
    assert answers.reply(question) == expected


def test_so_is_the_denominator_and_it_is_never_that_of_other_data(
    beside: Callable[..., Answers], company: Store
) -> None:
    answer = beside().ask("enterprise last-quarter")
    assert base_accounts(beside(), answer) == base_accounts(answers_from(company), answer)

    import_text(company, f"{MOVEMENTS}m13,eta,2026-11-01,10.00,USD,new_logo,smb,\n")
    publish(company)

    with pytest.raises(UsageError, match="ask again"):
        base_accounts(beside(now=LATER), answer)


def test_while_it_is_away_a_reply_says_since_when(
    beside: Callable[..., Answers], tmp_path: Path
) -> None:
    beside().reply("trend monthly last-6-months")
    before = beside().ask("enterprise last-quarter")
    away = beside(f"sqlite:///{tmp_path / 'gone.db'}", now=LATER)

    answer = away.ask("enterprise last-quarter")
    trend = away.reply("trend monthly last-6-months")

    assert answer.retention == before.retention
    since = "has not answered since 2026-11-21 06:00 UTC"
    assert [since in line for line in warnings(answer.grounds)] == [True]
    assert [since in line for line in warnings(trend.grounds)] == [True]
    assert not any(warnings(before.grounds))
    assert provenance(answer.grounds).endswith(f"the warehouse {since}")
    assert reply_json(answer)["away_since"] == "2026-11-21T06:00:00Z"
    assert reply_json(before)["away_since"] is None
    out = Console(width=200, record=True)
    print_reply(answer, out)
    assert "has not answered since" in out.export_text()


def test_a_month_that_is_kept_does_without_pauses_and_activity_while_it_is_away(
    beside: Callable[..., Answers], tmp_path: Path
) -> None:
    before = beside().ask("enterprise 2026-10")

    answer = beside(f"sqlite:///{tmp_path / 'gone.db'}", now=LATER).ask("enterprise 2026-10")

    assert before.memo.lapsed == LapsedPauses()
    assert answer.memo.lapsed is None
    assert before.memo.activity is not None
    assert answer.memo.activity is None
    assert reply_json(answer)["activity"] is None


def test_a_change_that_is_kept_is_explained_without_drivers_and_accounts_while_it_is_away(
    beside: Callable[..., Answers], tmp_path: Path
) -> None:
    before = reply_of(Explanation, beside(), "why enterprise 2026-10")

    after = reply_of(
        Explanation,
        beside(f"sqlite:///{tmp_path / 'gone.db'}", now=LATER),
        "why enterprise 2026-10",
    )

    assert after.sides == before.sides
    assert [one.account_id for one in before.accounts or ()] == ["alpha"]
    assert before.drivers.by_driver
    assert (after.drivers, after.accounts, after.sureness) == (Activity(), (), None)


PAYING = [f"{name}{n},2025-06-10,100.00,USD,,{name}" for n in range(12) for name in ("smb", "ent")]
BIG_LEFT = "big,2025-06-10,2000.00,USD,,ent", "big,2026-03-05,-2000.00,USD,competitor,"
GREW = "smb0,2026-02-05,900.00,USD,seats,", "ent0,2026-03-05,3000.00,USD,seats,"


@pytest.mark.parametrize(
    ("rows", "known", "kept"),
    [
        (BIG_LEFT, "one account, big, left", "the leak is ent: 37.5% over twelve months"),
        (GREW, "a base of 24 accounts", "an NRR above 150% over twelve months deserves a"),
    ],
    ids=["who-left", "who-grew"],
)
def test_while_it_is_away_a_finding_that_is_kept_rests_on_no_single_account(
    tmp_path: Path, rows: Sequence[str], known: str, kept: str
) -> None:
    header = "account_id,date,amount,currency,driver,segment\n"
    company = small_company(tmp_path / "company", header + "\n".join([*PAYING, *rows]))
    publish(company)
    beside = answers_beside(company, tmp_path)

    before = finding_of(beside())
    after = finding_of(beside(f"sqlite:///{tmp_path / 'gone.db'}", now=LATER))

    assert known in before
    assert known not in after
    assert kept in after


def finding_of(answers: Answers) -> str:
    found = answers.ask("2026-10 by segment")
    return private_reply(found, can_share=False, main_dimension="segment").text


def test_what_is_not_cached_waits_until_it_is_back(
    beside: Callable[..., Answers], tmp_path: Path
) -> None:
    beside().ask("enterprise last-quarter")

    with pytest.raises(WarehouseUnreachableError):
        beside(f"sqlite:///{tmp_path / 'gone.db'}", now=LATER).ask("enterprise 2026-Q1")


def test_the_setting_is_all_it_takes(company: Store, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'bot.db'}")
    set_up(store)
    settings = Settings(warehouse_url=str(company.engine.url))

    answer = Answers.of(store, settings).ask("enterprise 2026-Q3")

    assert answer.retention == answers_from(company).ask("enterprise 2026-Q3").retention
    assert Answers.of(store, Settings()).warehouse is None


@pytest.fixture
def lines(company: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A command line beside a warehouse."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///bot.db")
    monkeypatch.setenv("WAREHOUSE_URL", str(company.engine.url))
    assert told(capsys, "db", "upgrade")


@pytest.mark.usefixtures("lines")
def test_the_command_line_asks_it_too(capsys: Capture, tmp_path: Path) -> None:
    asked = ["ask", "enterprise 2026-Q3", "--today", "2026-11-21"]

    answer = document(capsys, *asked, "--csv", "base.csv", "--chart", "bridge.png")

    assert (answer["result"]["nrr"], answer["data_version"]) == ("1.100000", 1)
    assert answer["away_since"] is None
    assert len((tmp_path / "base.csv").read_text(encoding="utf-8").splitlines()) == 3
    assert (tmp_path / "bridge.png").stat().st_size > 0
    then = document(capsys, *asked, "--as-of", "2026-11-22")
    assert then["result"] == answer["result"]


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "movements", "file.csv"),
        ("db", "check"),
        ("db", "rebuild"),
        ("audit", "pack", "2026-Q3", "pack.zip"),
    ],
    ids=["import", "check", "rebuild", "pack"],
)
def test_the_warehouse_is_looked_after_elsewhere(
    capsys: Capture, arguments: tuple[str, ...]
) -> None:
    assert "ledger is in the warehouse and looked after there" in refusal(capsys, *arguments)


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "enterprise"),
        ("import", "movements", "company/nrrbot.csv"),
        ("db", "check"),
        ("db", "rebuild"),
    ],
    ids=["ask", "import", "check", "rebuild"],
)
def test_a_store_that_keeps_its_answers_is_no_ledger(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    document(capsys, "ask", "enterprise")
    monkeypatch.delenv("WAREHOUSE_URL")

    assert "keeps what a warehouse answered" in refusal(capsys, *arguments)


@pytest.mark.usefixtures("lines")
def test_a_warehouse_that_is_away_is_one_clear_sentence(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", "hive://me:canary@127.0.0.1:1/default?auth=LDAP")

    assert refusal(capsys, "ask", "enterprise") == (
        "The warehouse cannot be reached: check WAREHOUSE_URL and that it is running."
    )


def test_what_is_recorded_of_single_accounts_is_there_alone(
    beside: Callable[..., Answers],
) -> None:
    with pytest.raises(AccountsElsewhereError, match="ask for a list, such as accounts churned"):
        beside().reply("account alpha")


def test_usage_is_not_in_a_warehouse(beside: Callable[..., Answers]) -> None:
    with pytest.raises(NoUsageError, match="usage is not read from a warehouse"):
        beside().ask("2026-Q3 incl. usage")
