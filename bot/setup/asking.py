"""The few settings that a set-up asks for, each answer checked as it is typed."""

import os
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from bot.config import Settings
from bot.console import say
from bot.errors import SettingsError, sentence
from storage.errors import StorageError
from storage.store.engine import Store
from storage.store.schema import current_revision

DATABASE = "database_url"
BOT_TOKEN = "slack_bot_token"  # noqa: S105 - its name
_OF_SLACK = ("slack_app_token", "nrrbot_admin")
_LOCAL_ZONE = Path("/etc/localtime")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A setting, and the words that ask for it; of a secret nothing shows while it is typed."""

    name: str
    words: str
    is_secret: bool = False


QUESTIONS = (
    Prompt(DATABASE, "Where the data is kept"),
    Prompt("nrrbot_time_zone", 'Time zone in which "today" is decided'),
    Prompt("nrrbot_currency", "Currency of answers, such as EUR (empty: the first movement's)"),
    Prompt("nrrbot_fiscal_year_start", "First month of the fiscal year, 1 to 12"),
    Prompt(BOT_TOKEN, "Slack's bot token, xoxb-... (empty: without Slack)", is_secret=True),
    Prompt("slack_app_token", "Slack's app-level token, xapp-...", is_secret=True),
    Prompt("nrrbot_admin", "Your Slack user id, such as U012AB3CD (empty: claimed later)"),
)


def ask_settings(
    usual: Mapping[str, str], *, filed: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """Ask for each setting, and yield its name and value; Slack's own only with a bot token.

    Parameters
    ----------
    usual : mapping of name to value
        What an empty answer stands for.
    filed : collection of str
        Secrets that are in files of their own: they are not asked for.
    """
    has_slack = True
    for question in QUESTIONS:
        if question.name in filed or (question.name in _OF_SLACK and not has_slack):
            continue
        value = _ask(question, usual.get(question.name, ""))
        has_slack = value != "" if question.name == BOT_TOKEN else has_slack
        yield question.name, value


def usual_answers(held: Mapping[str, str | None]) -> dict[str, str]:
    """Find what is usual: what is set already, else the defaults and this machine's time zone."""
    usual = {
        DATABASE: "sqlite:///nrrbot.db",
        "nrrbot_time_zone": _local_zone(),
        "nrrbot_fiscal_year_start": "1",
    }
    return usual | {name: value for name, value in held.items() if value}


def _ask(question: Prompt, usual: str) -> str:
    hides = question.is_secret and sys.stdin.isatty()
    while True:
        kept = "(the one that is set)" if usual and question.is_secret else usual
        shown = f"{question.words} [{kept}]" if kept else question.words
        typed: str = typer.prompt(shown, default="", show_default=False, hide_input=hides)
        value = typed.strip() or usual
        problem = _problem(question.name, value)
        if problem is None:
            return value
        say(f"  {problem}")


def _problem(name: str, value: str) -> str | None:
    if not value:
        return None
    if name != DATABASE:
        problem = Settings.problem_of(name, value)
        return problem and sentence(SettingsError(problem))
    try:
        current_revision(Store(value))
    except StorageError as error:
        return sentence(error)
    return None


def _local_zone() -> str:
    """Find the time zone of this machine; UTC where it has none with a name."""
    _, _, name = str(_LOCAL_ZONE.resolve()).partition("zoneinfo/")
    candidates = (os.environ.get("TZ", ""), name.removeprefix("posix/"))
    known = (
        each for each in candidates if each and not Settings.problem_of("nrrbot_time_zone", each)
    )
    return next(known, "UTC")
