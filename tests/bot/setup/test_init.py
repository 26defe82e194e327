import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml  # type: ignore[import-untyped]

from bot.__main__ import run
from bot.config import Settings
from bot.errors import UsageError
from bot.setup.dotenv_file import only_settings, with_settings, write_private
from bot.setup.templates import read_template
from tests.bot.command_line import Capture

ROOT = Path(__file__).parents[3]
FILE = Path(".env")
NEXT = "Next: nrrbot db upgrade, then nrrbot import FILE"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("TZ", "Europe/Berlin")


@pytest.fixture
def init(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> "Init":
    return Init(monkeypatch, tmp_path)


class Init:
    """Runs ``nrrbot init`` with answers typed ahead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._monkeypatch, self._folder = monkeypatch, folder

    def __call__(self, *answers: str) -> int:
        typed = self._folder / "typed"
        typed.write_text("".join(f"{each}\n" for each in answers), encoding="utf-8")
        with typed.open(encoding="utf-8") as stream:
            self._monkeypatch.setattr(sys, "stdin", stream)
            return run(["init"])


def held() -> dict[str, str]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: value for name, value in pairs if value}


def test_the_few_settings_are_asked_for_and_what_is_usual_needs_no_typing(
    init: Init, capsys: Capture
) -> None:
    assert init("", "", "", "", "") == 0

    assert held() == {
        "DATABASE_URL": "sqlite:///nrrbot.db",
        "NRRBOT_TIME_ZONE": "Europe/Berlin",
        "NRRBOT_FISCAL_YEAR_START": "1",
    }
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    assert Settings.load().nrrbot_time_zone == "Europe/Berlin"
    assert NEXT in capsys.readouterr().out.splitlines()


def test_the_file_explains_every_other_setting_too(init: Init) -> None:
    assert init("", "", "", "", "") == 0

    text = FILE.read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if name.upper() not in text] == [
        "nrrbot_allowed_users"  # of the first version
    ]


def test_slack_is_asked_for_its_other_settings_once_there_is_a_bot_token(init: Init) -> None:
    assert init("", "", "eur", "4", "xoxb-1", "xapp-2", "U012AB3CD") == 0

    settings = Settings.load()
    assert settings.slack_bot_token is not None
    assert settings.slack_app_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"
    assert settings.slack_app_token.get_secret_value() == "xapp-2"
    assert (settings.nrrbot_admin, settings.nrrbot_currency) == ("U012AB3CD", "EUR")
    assert settings.nrrbot_fiscal_year_start == 4


def test_a_secret_that_is_in_a_file_of_its_own_is_not_asked_for(init: Init) -> None:
    Path("token").write_text("xoxb-1", encoding="utf-8")
    FILE.write_text("SLACK_BOT_TOKEN_FILE=token\n", encoding="utf-8")

    assert init("y", "", "", "", "", "xapp-2", "") == 0

    assert {name: value for name, value in held().items() if name.startswith("SLACK")} == {
        "SLACK_BOT_TOKEN_FILE": "token",
        "SLACK_APP_TOKEN": "xapp-2",
    }


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (["nowhere", *[""] * 5], "DATABASE_URL names no database: use sqlite:///FILE"),
        (["sqlite:///no/folder/x.db", *[""] * 5], "The folder in DATABASE_URL is not there"),
        (["", "Europe/Berln", *[""] * 4], "Write a zone name: did you mean Europe/Berlin?"),
        (["", "", "Euro", *[""] * 3], "Write an ISO 4217 code such as USD or EUR."),
        (["", "", "", "13", "", ""], "Write a whole number from 1 to 12, such as 1."),
        (
            ["", "", "", "", "xapp-1", ""],
            "Such a token begins with xoxb-; what it holds belongs in SLACK_APP_TOKEN.",
        ),
        (
            ["", "", "", "", "xoxb-1", "abc", "", ""],
            "Such a token begins with xapp-.",
        ),
        (
            ["", "", "", "", "xoxb-1", "", "ana", ""],
            "Write a Slack user id such as U012AB3CD.",
        ),
    ],
)
def test_an_answer_that_cannot_be_used_is_told_at_once_and_asked_for_again(
    init: Init, answers: list[str], said: str, capsys: Capture
) -> None:
    assert init(*answers) == 0

    assert said in capsys.readouterr().out
    Settings.load()


def test_a_file_that_is_there_is_not_touched_unless_somebody_says_so(
    init: Init, capsys: Capture
) -> None:
    FILE.write_text("NRRBOT_CURRENCY=EUR\n", encoding="utf-8")

    assert init("n") == 0

    assert FILE.read_text(encoding="utf-8") == "NRRBOT_CURRENCY=EUR\n"
    assert "already, which has NRRBOT_CURRENCY." in capsys.readouterr().out


def test_what_is_not_asked_for_stays_and_what_is_set_is_kept_by_an_empty_answer(
    init: Init,
) -> None:
    FILE.write_text(
        "# ours\nPOSTGRES_PASSWORD=a#b\nexport NRRBOT_CURRENCY=EUR\nSLACK_BOT_TOKEN=xoxb-1\n",
        encoding="utf-8",
    )

    assert init("y", "", "Europe/Paris", "", "", "", "xapp-2", "") == 0

    assert FILE.read_text(encoding="utf-8").splitlines() == [
        "# ours",
        "POSTGRES_PASSWORD=a#b",
        "NRRBOT_CURRENCY=EUR",
        "SLACK_BOT_TOKEN=xoxb-1",
        "DATABASE_URL=sqlite:///nrrbot.db",
        "NRRBOT_TIME_ZONE=Europe/Paris",
        "NRRBOT_FISCAL_YEAR_START=1",
        "SLACK_APP_TOKEN=xapp-2",
        "NRRBOT_ADMIN=",
    ]


def test_a_token_that_is_set_is_not_shown_when_it_is_asked_for(init: Init, capsys: Capture) -> None:
    FILE.write_text("SLACK_BOT_TOKEN=xoxb-canary\n", encoding="utf-8")

    assert init("y", *[""] * 7) == 0

    assert "canary" not in capsys.readouterr().out


def test_a_slip_that_stood_in_the_file_is_told_in_the_end(init: Init, capsys: Capture) -> None:
    FILE.write_text("NRRBOT_TIMEZONE=Europe/Berlin\n", encoding="utf-8")

    assert init("y", *[""] * 5) == 1

    assert "did you mean NRRBOT_TIME_ZONE?" in capsys.readouterr().err


def test_without_all_answers_nothing_is_written(init: Init, capsys: Capture) -> None:
    assert init("", "") == 1

    assert not FILE.exists()
    assert capsys.readouterr().err == "The questions were not all answered: .env is not written.\n"


def test_a_setting_of_the_environment_that_wins_over_the_file_is_named(
    init: Init, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("NRRBOT_CURRENCY", "USD")

    assert init("", "", "EUR", "", "") == 0

    assert "NRRBOT_CURRENCY is set in the environment, too" in capsys.readouterr().out


@pytest.mark.parametrize("value", ["plain", "with space", "it's", "a#b", 'say "so"', "back\\slash"])
def test_any_value_is_read_back_as_it_was_written(value: str) -> None:
    FILE.write_text(with_settings("", {"NRRBOT_MAIN_DIMENSION": value}), encoding="utf-8")

    assert Settings.load().nrrbot_main_dimension == value


def test_settings_that_were_not_asked_for_become_comments() -> None:
    text = "# The port\nPORT=3000\nNRRBOT_HOST=127.0.0.1\n"

    assert only_settings(text, ["PORT"]) == "# The port\nPORT=3000\n# NRRBOT_HOST=127.0.0.1\n"


# The manifest


def test_the_manifest_is_printed_as_it_is(capsys: Capture) -> None:
    assert run(["manifest"]) == 0

    printed = capsys.readouterr().out
    assert printed == (ROOT / "manifest.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(printed)["features"]["slash_commands"][0]["command"] == "/nrr"


def test_the_link_opens_slack_with_the_same_manifest_and_stands_in_the_readme(
    capsys: Capture,
) -> None:
    assert run(["manifest", "--link"]) == 0

    link = capsys.readouterr().out.strip()
    address, _, query = link.partition("?")
    carried = parse_qs(query, strict_parsing=True)
    assert (address, carried["new_app"]) == ("https://api.slack.com/apps", ["1"])
    assert yaml.safe_load(carried["manifest_yaml"][0]) == manifest()
    # `python -m tests.gallery` writes it there.
    assert f"\n[slack-app]: {link}\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_for_signed_http_slack_is_told_where_to_call(capsys: Capture) -> None:
    assert run(["manifest", "--http", "https://nrr.example.com/"]) == 0

    printed = yaml.safe_load(capsys.readouterr().out)
    endpoint = "https://nrr.example.com/slack/events"
    expected = manifest()
    expected["features"]["slash_commands"][0]["url"] = endpoint
    expected["settings"]["event_subscriptions"]["request_url"] = endpoint
    expected["settings"]["interactivity"]["request_url"] = endpoint
    expected["settings"]["socket_mode_enabled"] = False
    assert printed == expected


@pytest.mark.parametrize("address", ["nrr.example.com", "http://nrr.example.com", "https://a/b"])
def test_slack_calls_no_address_without_tls(address: str, capsys: Capture) -> None:
    assert run(["manifest", "--http", address]) == 1

    assert capsys.readouterr().err == (
        "--http takes the address that Slack calls, such as https://nrr.example.com,"
        f" not {address!r}.\n"
    )


def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    return loaded


def test_a_wheel_holds_what_an_installed_bot_reads_and_nothing_of_its_tests(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - ours
    [wheel] = tmp_path.glob("*.whl")

    with zipfile.ZipFile(wheel) as files:
        names = set(files.namelist())
        for name in (".env.example", "manifest.yaml"):
            assert files.read(f"bot/setup/{name}").decode() == read_template(name)
        [entries] = [name for name in names if name.endswith(".dist-info/entry_points.txt")]
        assert b"nrrbot = bot.__main__:main" in files.read(entries)
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"bot", "metrics", "storage"}
    ours = {path for top in tops for path in (ROOT / top).rglob("*.*") if path.is_file()}
    kept = {str(path.relative_to(ROOT)) for path in ours if path.suffix != ".pyc"}
    assert kept <= names


def test_settings_that_cannot_be_written_say_what_to_check(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"\.env cannot be written in this folder: check its rights"
    ):
        write_private(tmp_path / "gone" / ".env", "PORT=3000\n")
