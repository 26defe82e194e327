from fractions import Fraction
from pathlib import Path
from typing import NoReturn

import pytest

from bot.config import RETIRED, Settings
from bot.errors import SettingsError

DOTENV = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_nothing_is_needed_to_start() -> None:
    settings = Settings.load()

    assert settings.database_url.get_secret_value() == "sqlite:///nrrbot.db"
    assert settings.nrrbot_admin is None


def test_the_example_file_holds_every_setting_with_its_default(tmp_path: Path) -> None:
    lines = DOTENV.read_text(encoding="utf-8").splitlines()
    names = {line.partition("=")[0].lower() for line in lines if line and line[0] != "#"}
    (tmp_path / ".env").write_text(DOTENV.read_text(encoding="utf-8"), encoding="utf-8")

    assert names - {"postgres_password"} == set(Settings.model_fields) - {RETIRED}
    assert Settings.load() == Settings()
    assert Settings.load().model_dump() == Settings.model_construct().model_dump()


def test_lists_are_written_with_commas_or_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRRBOT_NAMES_IN_CHANNELS", "C1, C2 C3")
    monkeypatch.setenv("NRRBOT_COMMANDS", "/nrr,/ndr")

    settings = Settings.load()

    assert settings.nrrbot_names_in_channels == {"C1", "C2", "C3"}
    assert settings.nrrbot_commands == ("/nrr", "/ndr")


def test_the_list_of_the_first_version_is_refused_with_what_to_do_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NRRBOT_ALLOWED_USERS", "members")

    with pytest.raises(SettingsError, match="run `nrrbot access grant U012AB3CD viewer company`"):
        Settings.load()


def test_an_empty_line_leaves_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")

    assert Settings.load().slack_bot_token is None


def test_tiers_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRRBOT_ACV_TIERS", "1000, 5000")
    monkeypatch.setenv("NRRBOT_HIGH_VALUE_PERCENT", "30")

    tiers = Settings.load().tiers

    assert tiers.acv_edges == (1000, 5000)
    assert tiers.high_share == Fraction(3, 10)


def test_tiers_are_placed_in_the_reporting_currency(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().tiers.currency is None
    monkeypatch.setenv("NRRBOT_CURRENCY", "EUR")
    assert Settings.load().tiers.currency == "EUR"


def test_the_base_of_the_api_ends_with_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api")

    assert Settings.load().slack_api_url == "http://127.0.0.1:1/api/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("PORT", "many", id="no-number"),
        pytest.param("PORT", "70000", id="no-port"),
        pytest.param("NRRBOT_TIME_ZONE", "Mars/Olympus", id="no-zone"),
        pytest.param("NRRBOT_TIME_ZONE", "../etc", id="no-zone-but-a-path"),
        pytest.param("NRRBOT_FISCAL_YEAR_START", "13", id="no-month"),
        pytest.param("NRRBOT_COMMANDS", "shout", id="no-slash"),
        pytest.param("NRRBOT_CURRENCY", "Euro", id="no-currency"),
        pytest.param("NRRBOT_ACV_TIERS", "9000,1000", id="descending"),
        pytest.param("NRRBOT_ACV_TIERS", "-5", id="negative"),
        pytest.param("NRRBOT_HIGH_VALUE_PERCENT", "200", id="more-than-all"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_its_value_is_not(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=name) as caught:
        Settings.load()

    assert value not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "what_to_write"),
    [
        ("PORT", "abc", "write a whole number from 0 to 65535, such as 3000"),
        ("NRRBOT_FISCAL_YEAR_START", "13", "write a whole number from 1 to 12, such as 1"),
        ("NRRBOT_MAX_IMPORT_MIB", "none", "write a whole number from 1 up, such as 4096"),
        ("NRRBOT_SMALL_GROUPS", "ja", "write true or false"),
        ("NRRBOT_SYNC_MINUTES", "0", "write a whole number from 1 to 1440, such as 15"),
        ("NRRBOT_SQL_KIND", "rates", "write movements, balances or contracts"),
        (
            "STRIPE_API_KEY",
            "pk_live_1",
            "pk_... is a publishable key, which reads nothing: use rk_...",
        ),
        ("STRIPE_API_KEY", "abc", "a key of Stripe's begins with rk_ or sk_"),
        ("NRRBOT_ADMIN", "ana", "write a Slack user id such as U012AB3CD"),
        (
            "NRRBOT_ACV_TIERS",
            "ten",
            "write whole amounts above zero, ascending, such as 25000,100000",
        ),
        ("NRRBOT_TIME_ZONE", "Europe/Berln", "write a zone name: did you mean Europe/Berlin?"),
        ("NRRBOT_TIME_ZONE", "Mars/Olympus", "write a zone name such as Europe/Berlin"),
        ("NRRBOT_CURRENCY", "Euro", "write an ISO 4217 code such as USD or EUR"),
        ("SLACK_BOT_TOKEN", "abc", "such a token begins with xoxb-"),
        (
            "SLACK_BOT_TOKEN",
            "xapp-1",
            "such a token begins with xoxb-; what it holds belongs in SLACK_APP_TOKEN",
        ),
        (
            "SLACK_APP_TOKEN",
            "xoxb-1",
            "such a token begins with xapp-; what it holds belongs in SLACK_BOT_TOKEN",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_its_place_and_what_to_write_instead(
    name: str, value: str, what_to_write: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text(f"{name}={value}\n", encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        Settings.load()

    assert str(caught.value) == f"{name} in .env cannot be used: {what_to_write}"
    assert Settings.problem_of(name.lower(), value) == what_to_write

    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name} in the environment cannot be used"):
        Settings.load()


def test_a_currency_may_be_written_in_small_letters() -> None:
    Path(".env").write_text("NRRBOT_CURRENCY=eur", encoding="utf-8")

    assert Settings.load().nrrbot_currency == "EUR"


MISTAKES = {
    "NRRBOT_TIMEZONE": "did you mean NRRBOT_TIME_ZONE?",
    "nrrbot_timezone": "did you mean NRRBOT_TIME_ZONE?",
    "NRRBOT_PORT": "did you mean PORT?",
    "NRRBOT_DATABASE_URL": "did you mean DATABASE_URL?",
    "NRRBOT_XYZ": "remove it",
    "SLACK_BOT_TOKE": "did you mean SLACK_BOT_TOKEN?",
}


@pytest.mark.parametrize(("name", "hint"), MISTAKES.items())
def test_a_name_that_is_no_setting_is_told_with_the_nearest_one(
    name: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text(f"{name}=\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert str(caught.value) == f"{name.upper()} in .env is no setting of nrrbot: {hint}"

    Path(".env").unlink()
    monkeypatch.setenv(name, "canary")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert str(caught.value) == f"{name.upper()} in the environment is no setting of nrrbot: {hint}"


@pytest.mark.parametrize("name", ["SLACK_TOKEN", "DATABASE_URI"])
def test_what_may_be_another_programs_in_the_environment_is_ours_in_the_file(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "canary")
    Settings.load()

    Path(".env").write_text(f"{name}=canary\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"{name} in .env is no setting"):
        Settings.load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NRRBOT_SERVICE_HOST", "10.0.0.1"),
        ("NRRBOT_WEB_SERVICE_PORT_HTTP", "9090"),
        ("NRRBOT_PORT", "tcp://10.0.0.1:9090"),
        ("NRRBOT_PORT_9090_TCP_ADDR", "10.0.0.1"),
    ],
)
def test_what_kubernetes_tells_of_a_service_called_nrrbot_is_no_mistake(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    Settings.load()


def test_the_password_of_compose_may_stand_in_the_file() -> None:
    Path(".env").write_text("POSTGRES_PASSWORD=canary\nexport PORT=3001\n", encoding="utf-8")

    assert Settings.load().port == 3001


def test_a_file_that_is_not_utf_8_is_named() -> None:
    Path(".env").write_bytes(b"NRRBOT_MAIN_DIMENSION=gr\xf6\xdfe\n")

    with pytest.raises(SettingsError, match=r"the file \.env is not UTF-8"):
        Settings.load()


def test_a_file_that_may_not_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise PermissionError

    monkeypatch.setattr("bot.config.DotEnvSettingsSource", refuse)

    with pytest.raises(SettingsError, match=r"the file \.env cannot be read: check its rights"):
        Settings.load()


def test_secrets_do_not_show_in_a_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://me:canary@localhost/nrr")

    assert "canary" not in repr(Settings.load())


def test_who_hears_of_alerts_is_a_person_a_channel_or_owners(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NRRBOT_ALERTS_TO", "U012AB3CD, #general")

    with pytest.raises(SettingsError, match="write user ids such as U012AB3CD, channel ids, or"):
        Settings.load()


def test_what_is_wrong_with_another_setting_is_no_problem_of_a_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NRRBOT_ACV_TIERS", "5000, 1000")

    assert Settings.problem_of("nrrbot_alerts_to", "U012AB3CD") is None
    assert Settings.problem_of("nrrbot_alerts_to", "everybody") is not None
