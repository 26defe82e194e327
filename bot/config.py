"""Settings from the environment and ``.env``: validated at the start, frozen, passed in."""

import os
import re
from collections.abc import Collection
from fractions import Fraction
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.environment import DOTENV, TIER_EDGES, Surroundings, most_alike, value_problem
from bot.errors import SettingsError
from bot.secret_files import SecretFiles, names_of_files
from metrics.money import is_currency
from metrics.segments import Tiers

_RECIPIENT = re.compile(r"[UWCG][A-Z0-9]{2,}|owners")
_PREFIXES = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}
_SLIP = 80  # of 100: how alike a zone is that is offered instead
SQL_KINDS = ("movements", "balances", "contracts")
RETIRED = "nrrbot_allowed_users"  # ignored, it would look as if it still allowed anything


class Settings(BaseSettings):
    """Every setting, with its default; ``.env.example`` explains each."""

    model_config = SettingsConfigDict(
        env_file=DOTENV, env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: SecretStr = SecretStr("sqlite:///nrrbot.db")
    nrrbot_db_pool_size: int = Field(default=5, ge=1, le=100)
    nrrbot_db_timeout_seconds: int = Field(default=30, ge=1, le=3600)
    warehouse_url: SecretStr | None = None

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    port: int = Field(default=3000, ge=0, le=65535)
    nrrbot_host: str = "127.0.0.1"
    nrrbot_operations_host: str = "127.0.0.1"
    nrrbot_operations_port: int = Field(default=9090, ge=0, le=65535)

    nrrbot_commands: Annotated[tuple[str, ...], NoDecode] = ("/nrr",)
    nrrbot_admin: str | None = Field(default=None, pattern=r"[UW][A-Z0-9]{2,}$")
    nrrbot_allowed_users: str | None = None
    nrrbot_alerts_to: Annotated[tuple[str, ...], NoDecode] = ()
    nrrbot_names_in_channels: Annotated[frozenset[str], NoDecode] = frozenset()
    nrrbot_small_groups: bool = False
    nrrbot_scheduler: bool = True
    nrrbot_alive_channel: str | None = None
    nrrbot_alive_url: SecretStr | None = None
    nrrbot_time_zone: str = "UTC"
    nrrbot_fiscal_year_start: int = Field(default=1, ge=1, le=12)
    nrrbot_main_dimension: str = "segment"
    nrrbot_currency: str | None = None
    nrrbot_acv_tiers: Annotated[tuple[int, ...], NoDecode] = Tiers().acv_edges
    nrrbot_high_value_percent: int = Field(default=20, ge=1, le=99)
    nrrbot_long_tail_percent: int = Field(default=20, ge=1, le=99)
    nrrbot_playbook: str | None = None
    nrrbot_max_import_mib: int = Field(default=4096, ge=1)

    stripe_api_key: SecretStr | None = None
    stripe_api_url: str = "https://api.stripe.com"
    nrrbot_stripe_map: str = ""
    nrrbot_sql_url: SecretStr | None = None
    nrrbot_sql_query: str | None = None
    nrrbot_sql_query_file: str | None = None
    nrrbot_sql_kind: str | None = None
    nrrbot_sql_watermark: str | None = None
    nrrbot_sql_complete: bool = False
    nrrbot_sql_timeout_seconds: int = Field(default=300, ge=1, le=86_400)
    nrrbot_sync_minutes: int = Field(default=15, ge=1, le=1440)
    nrrbot_close_after_days: int = Field(default=3, ge=0, le=90)

    @field_validator(
        "nrrbot_commands",
        "nrrbot_alerts_to",
        "nrrbot_names_in_channels",
        "nrrbot_acv_tiers",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):  # the default comes as a tuple
            return [part for part in value.replace(",", " ").split() if part]
        return value

    @field_validator("nrrbot_commands")
    @classmethod
    def _are_commands(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or not all(name.startswith("/") for name in value):
            raise ValueError("write slash commands such as /nrr")
        return value

    @field_validator(RETIRED)
    @classmethod
    def _is_gone(cls, value: str | None) -> str | None:
        if value:
            raise ValueError(
                "it is replaced by grants; remove it, and run `nrrbot access grant U012AB3CD viewer"
                " company` for each person"
            )
        return value

    @field_validator("nrrbot_alerts_to")
    @classmethod
    def _are_recipients(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_RECIPIENT.fullmatch(one) for one in value):
            raise ValueError("write user ids such as U012AB3CD, channel ids, or owners")
        return value

    @field_validator("nrrbot_acv_tiers")
    @classmethod
    def _ascend(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if list(value) != sorted(set(value)) or any(edge <= 0 for edge in value):
            raise ValueError(f"write {TIER_EDGES}")
        return value

    @field_validator("nrrbot_currency")
    @classmethod
    def _has_amounts(cls, value: str | None) -> str | None:
        code = value.upper() if value else None
        if code is not None and not is_currency(code):
            raise ValueError("write an ISO 4217 code such as USD or EUR")
        return code

    @field_validator("nrrbot_time_zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            nearest = most_alike(value, sorted(available_timezones()), least=_SLIP)
            hint = f": did you mean {nearest}?" if nearest else " such as Europe/Berlin"
            raise ValueError(f"write a zone name{hint}") from None
        return value

    @field_validator(*_PREFIXES)
    @classmethod
    def _is_such_a_token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        held, prefix = value.get_secret_value() if value else "", _PREFIXES[str(info.field_name)]
        if not held or held.startswith(prefix):
            return value
        other = next((name for name, its in _PREFIXES.items() if held.startswith(its)), None)
        swapped = f"; what it holds belongs in {other.upper()}" if other else ""
        raise ValueError(f"such a token begins with {prefix}{swapped}")

    @field_validator("stripe_api_key")
    @classmethod
    def _reads_stripe(cls, value: SecretStr | None) -> SecretStr | None:
        held = value.get_secret_value() if value else ""
        if held.startswith("pk_"):
            raise ValueError("pk_... is a publishable key, which reads nothing: use rk_...")
        if held and not held.startswith(("rk_", "sk_")):
            raise ValueError("a key of Stripe's begins with rk_ or sk_")
        return value

    @field_validator("nrrbot_sql_kind")
    @classmethod
    def _is_kind(cls, value: str | None) -> str | None:
        if value not in (None, *SQL_KINDS):
            raise ValueError(f"write {', '.join(SQL_KINDS[:-1])} or {SQL_KINDS[-1]}")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        return value if value.endswith("/") else f"{value}/"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Add the files of secrets to the sources that Pydantic reads."""
        del file_secret_settings  # a folder whose files have the names of settings: ours are named
        around = Surroundings(_held(env_settings), _held(dotenv_settings))
        files = SecretFiles(settings_cls, around)
        return init_settings, env_settings, dotenv_settings, files

    @classmethod
    def names(cls) -> Collection[str]:
        """List the names of all settings, with those that name files of secrets."""
        return {*cls.model_fields, *(file for _, file in names_of_files(cls.model_fields))}

    @classmethod
    def load(cls) -> Self:
        """Read the settings.

        Raises
        ------
        SettingsError
            If one cannot be read, or a name is none; the message does not say what it holds.
        """
        around = cls.surroundings()
        for mistake in around.mistakes(cls.names()):
            raise SettingsError(mistake)
        try:
            return cls()
        except ValidationError as error:
            # without its input: the value may be a secret
            first = error.errors(include_input=False, include_url=False)[0]
            name = str(first["loc"][0])
            place = around.place_of(name)
            problem = value_problem(cls.model_fields[name], first["type"], first["msg"])
            raise SettingsError(f"{name.upper()} {place} cannot be used: {problem}") from None

    @classmethod
    def problem_of(cls, name: str, text: str) -> str | None:
        """Say what is wrong with one value of a setting; None where nothing is."""
        values: dict[str, Any] = {name: text, "_env_file": None}
        try:
            cls(**values)
        except ValidationError as error:
            for one in error.errors(include_input=False, include_url=False):
                if one["loc"][0] == name:
                    return value_problem(cls.model_fields[name], one["type"], one["msg"])
        return None

    @classmethod
    def surroundings(cls) -> Surroundings:
        """Read the environment and ``.env`` as they are.

        Raises
        ------
        SettingsError
            If the file cannot be read.
        """
        try:
            source = DotEnvSettingsSource(cls, env_ignore_empty=False)
        except UnicodeDecodeError:
            raise SettingsError(f"the file {DOTENV} is not UTF-8: save it so") from None
        except OSError:
            raise SettingsError(f"the file {DOTENV} cannot be read: check its rights") from None
        environment = {name.lower(): value for name, value in os.environ.items()}
        return Surroundings(environment, source.env_vars)

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's time zone."""
        return ZoneInfo(self.nrrbot_time_zone)

    @property
    def tiers(self) -> Tiers:
        """The workspace's cut-offs for derived dimensions."""
        return Tiers(
            acv_edges=self.nrrbot_acv_tiers,
            high_share=Fraction(self.nrrbot_high_value_percent, 100),
            tail_share=Fraction(self.nrrbot_long_tail_percent, 100),
            currency=self.nrrbot_currency,
        )

    @property
    def max_import_bytes(self) -> int:
        """Size of the largest file that an import reads."""
        return self.nrrbot_max_import_mib * 2**20


def _held(source: PydanticBaseSettingsSource) -> dict[str, str]:
    values = source.env_vars if isinstance(source, EnvSettingsSource) else {}
    return {name: value for name, value in values.items() if value}
