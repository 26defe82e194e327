from fractions import Fraction
from pathlib import Path

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

    assert names == set(Settings.model_fields) - {RETIRED}
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
        pytest.param("NRRBOT_ACV_TIERS", "5000,1000", id="descending"),
        pytest.param("NRRBOT_ACV_TIERS", "-5", id="negative"),
        pytest.param("NRRBOT_HIGH_VALUE_PERCENT", "0", id="nothing"),
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


def test_secrets_do_not_show_in_a_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://me:canary@localhost/nrr")

    assert "canary" not in repr(Settings.load())
