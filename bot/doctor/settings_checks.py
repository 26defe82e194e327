"""Checks of settings that are well formed and may be wrong all the same."""

import re
from pathlib import Path

from bot.config import Settings
from bot.doctor.results import CheckResult, bad, good, warning
from bot.environment import DOTENV
from bot.errors import SettingsError, sentence
from bot.secret_files import names_of_files
from bot.style.names import safe_name
from bot.treatments.reading import playbook_in_force
from metrics.segments import DerivedDimension
from storage.access.grants import Role, list_grants
from storage.columns.dimension_values import values_by_dimension
from storage.errors import StorageError
from storage.ledger.health import data_as_of
from storage.store.engine import Store
from storage.store.files import is_open_to_others

# Longer than `Settings` asks of an administrator's id; ids of channels it does not look at.
_USER_ID = re.compile(r"[UW][A-Z0-9]{6,20}")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{6,20}")


def check_file() -> CheckResult:
    """Say which settings `.env` has, and check that nobody else reads it: some are secrets."""
    check, file = "settings", Path(DOTENV)
    if not file.exists():
        return good(check, f"from the environment alone: there is no {DOTENV} in this folder")
    names = Settings.surroundings().names_in_file(Settings.names())
    if is_open_to_others(file):
        return warning(check, f"others may read or change {DOTENV}: chmod go= {DOTENV}")
    return good(check, f"{DOTENV} has {', '.join(names) or 'none'}")


def check_secret_files() -> CheckResult:
    """Check that nobody else reads the files of secrets; that they can be read is known by now."""
    check, around = "secrets", Settings.surroundings()
    named = {file: around.value_of(file) for _, file in names_of_files(Settings.model_fields)}
    files = {file.upper(): Path(path) for file, path in named.items() if path}
    if not files:
        return good(check, "none is in a file of its own")
    open_ = [name for name, path in files.items() if is_open_to_others(path)]
    if open_:
        return warning(
            check,
            f"others may read or change the files of {' and '.join(open_)}: chmod go= each",
        )
    return good(check, f"in files of their own: {', '.join(files)}")


def check_people(settings: Settings, store: Store) -> CheckResult:
    """Check that there is an administrator, who can grant access."""
    check = "people"
    if settings.nrrbot_admin and not _USER_ID.fullmatch(settings.nrrbot_admin):
        return bad(
            check,
            "NRRBOT_ADMIN is no user id such as U012AB3CD: copy it from the person's Slack profile",
        )
    try:
        with store.read() as session:
            grants = list_grants(session)
    except StorageError:
        return warning(check, "without a store it is not known who may see figures")
    is_looked_after = settings.nrrbot_admin or any(each.role is Role.ADMIN for each in grants)
    if not is_looked_after:
        return warning(
            check,
            "there is no administrator yet: set NRRBOT_ADMIN, or claim the code that `nrrbot serve`"
            " prints",
        )
    return good(check, f"there is an administrator; grants: {len(grants)}")


def check_named_channels(settings: Settings) -> CheckResult:
    """Check that NRRBOT_NAMES_IN_CHANNELS holds ids of channels."""
    check, entries = "names", settings.nrrbot_names_in_channels
    wrong = [entry for entry in entries if not _CHANNEL_ID.fullmatch(entry)]
    if wrong:
        return bad(
            check,
            f"{len(wrong)} of NRRBOT_NAMES_IN_CHANNELS are no channel ids such as C012AB3CD: they"
            " are at the end of a channel's details in Slack",
        )
    channels = "1 channel" if len(entries) == 1 else f"{len(entries)} channels"
    return good(check, f"accounts may be named in {channels}")


def check_dimension(settings: Settings, store: Store) -> CheckResult:
    """Check that the dimension that answers are split by occurs in the data."""
    check = "dimension"
    try:
        with store.read() as session:
            known, is_empty = values_by_dimension(session), data_as_of(session) is None
    except StorageError:
        return warning(check, "without a store it is not known which dimensions there are")
    # Derived dimensions are computed, so that none of them stands in the data.
    if settings.nrrbot_main_dimension in {*known, *DerivedDimension}:
        return good(check, "NRRBOT_MAIN_DIMENSION occurs in the data")
    if is_empty:
        return warning(check, "there is no data yet: run `nrrbot import FILE`")
    others = f", or name one of {', '.join(map(safe_name, sorted(known)))}" if known else ""
    return warning(
        check,
        "no account has a value for NRRBOT_MAIN_DIMENSION, so answers are not split by it: import a"
        f" file with that column{others}",
    )


def check_playbook_file(settings: Settings) -> CheckResult:
    """Check that the file of NRRBOT_PLAYBOOK can be used: with a fault the bot does not start."""
    check = "playbook"
    try:
        playbook_in_force(settings.nrrbot_playbook)
    except SettingsError as error:
        return bad(check, sentence(error))
    file = settings.nrrbot_playbook
    return good(
        check,
        f"the texts of {file} replace the package's"
        if file
        else "the package's texts are in force",
    )
