"""Reads a playbook: the package's texts, and those of a file that replace them one by one."""

from functools import cache
from pathlib import Path

from bot.errors import SettingsError
from bot.treatments.checking import check_playbook, replaced
from bot.treatments.playbook import Playbook

DEFAULTS = Path(__file__).with_name("playbook.toml")
SETTING = "NRRBOT_PLAYBOOK"


class PlaybookFileError(SettingsError):
    """The file of a playbook cannot be used; the message says what is wrong with it, and where."""


@cache
def default_playbook() -> Playbook:
    """Read the texts of the package."""
    return replaced(Playbook(), DEFAULTS.read_text(encoding="utf-8"))


def read_text(path: Path) -> str:
    """Read the file of a playbook.

    Raises
    ------
    PlaybookFileError
        If it is not there, or no text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PlaybookFileError(f"the file {path} is not UTF-8: save it so") from None
    except FileNotFoundError:
        raise PlaybookFileError(f"there is no file {path}") from None
    except OSError:
        raise PlaybookFileError(f"the file {path} cannot be read: check its rights") from None


def playbook_in_force(setting: str | None) -> Playbook:
    """Read the texts in force: those of the file that the setting names, and the package's others.

    Raises
    ------
    PlaybookFileError
        With the first fault of the file.
    """
    if not setting:
        return default_playbook()
    path = Path(setting)
    try:
        text = read_text(path)
    except PlaybookFileError as error:
        raise PlaybookFileError(f"{SETTING}: {error}") from None
    if faults := check_playbook(text):
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        said = f"{path}, {faults[0]}{more}"
        raise PlaybookFileError(f"{SETTING}: {said}. `nrrbot playbook check {path}` lists all")
    return replaced(default_playbook(), text)
