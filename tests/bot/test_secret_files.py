import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.errors import SettingsError
from bot.secret_files import LARGEST, names_of_files

NAMED = "SLACK_BOT_TOKEN_FILE in the environment names"
TOKENS = {
    "slack_bot_token": "xoxb-1",
    "slack_app_token": "xapp-1",
    "stripe_api_key": "rk_test_1",  # pragma: allowlist secret
}
WRITE = "write the path of one that holds the secret alone"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], str]:
    def refuse(content: bytes) -> str:
        (tmp_path / "token").write_bytes(content)
        monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "token")
        with pytest.raises(SettingsError) as caught:
            Settings.load()
        assert "canary" not in str(caught.value)
        return str(caught.value)

    return refuse


def secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()


def test_every_secret_can_be_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {
        name: TOKENS.get(name, f"in {name}")
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }
    for name, value in held.items():
        Path(name).write_text(value, encoding="utf-8")
        monkeypatch.setenv(f"{name.upper()}_FILE", name)

    settings = Settings.load()

    assert {name for name, _ in names_of_files(Settings.model_fields)} == set(held)
    assert {"database_url", "slack_bot_token", "slack_signing_secret"} <= set(held)
    assert {name: secret(getattr(settings, name)) for name in held} == held


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_the_end_of_the_line_is_none_of_the_secret(end: str) -> None:
    Path(".env").write_text("SLACK_BOT_TOKEN_FILE=token\n", encoding="utf-8")
    Path("token").write_bytes(f"\ufeffxoxb- 1 {end}".encode())

    assert secret(Settings.load().slack_bot_token) == "xoxb- 1 "


def test_only_one_of_both_may_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("token").write_text("xoxb-canary", encoding="utf-8")
    Path(".env").write_text("SLACK_BOT_TOKEN_FILE=token\nSLACK_APP_TOKEN=\n", encoding="utf-8")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary")

    with pytest.raises(SettingsError) as caught:
        Settings.load()

    assert str(caught.value) == (
        "SLACK_BOT_TOKEN in the environment and SLACK_BOT_TOKEN_FILE in .env are both set: keep one"
        " of them"
    )
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")  # which is not set
    assert secret(Settings.load().slack_bot_token) == "xoxb-canary"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "an empty file", id="empty"),
        pytest.param(b" \n", "an empty file", id="blank"),
        pytest.param(b"xoxb-canary\nxapp-canary\n", "a file of several lines", id="two"),
        pytest.param(b"canary" * LARGEST, "a file of more than 64 KiB", id="large"),
        pytest.param(b"xoxb-canary\xff", "a file that is not UTF-8", id="bytes"),
    ],
)
def test_a_file_that_holds_no_secret_is_told_without_what_it_holds(
    refused: Callable[[bytes], str], content: bytes, problem: str
) -> None:
    assert refused(content) == f"{NAMED} {problem}: {WRITE}"


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("xoxb-canary", "a file that is not there"),  # the token itself, put there by mistake
        ("no/canary", "a file that is not there"),
        (".", "something else than a file"),
        ("pipe", "something else than a file"),
    ],
)
def test_a_path_that_leads_to_no_file_is_not_shown(
    path: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo("pipe")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", path)

    with pytest.raises(SettingsError) as caught:
        Settings.load()

    assert str(caught.value) == f"{NAMED} {problem}: {WRITE}"


def test_a_file_that_may_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr("bot.secret_files.os.open", forbid)  # root may read every file
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "token")

    with pytest.raises(SettingsError, match="that may not be read by whoever runs this: write"):
        Settings.load()


def test_what_a_file_holds_is_checked_as_the_setting_is(refused: Callable[[bytes], str]) -> None:
    assert refused(b"xapp-canary") == (
        "SLACK_BOT_TOKEN in the file of SLACK_BOT_TOKEN_FILE cannot be used: such a token begins"
        " with xoxb-; what it holds belongs in SLACK_APP_TOKEN"
    )


def test_a_slip_in_the_name_is_told_and_what_is_no_secret_has_no_file() -> None:
    for name, hint in {
        "SLACK_BOT_TOKN_FILE": "did you mean SLACK_BOT_TOKEN_FILE?",
        "NRRBOT_CURRENCY_FILE": "did you mean NRRBOT_CURRENCY?",
    }.items():
        Path(".env").write_text(f"{name}=x\n", encoding="utf-8")
        with pytest.raises(SettingsError) as caught:
            Settings.load()
        assert str(caught.value) == f"{name} in .env is no setting of nrrbot: {hint}"


def test_nothing_is_read_where_no_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.secret_files.read_secret", lambda *_: pytest.fail("read a file"))
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "")

    assert Settings.load().slack_bot_token is None
