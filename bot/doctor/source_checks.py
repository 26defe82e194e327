"""Checks of the sources that are configured: when each was read, and why one is not."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot.config import Settings
from bot.doctor.results import CheckResult, bad, good, warning
from bot.errors import sentence
from bot.sources.configured import build_source, names_of
from bot.sources.wording import state_words
from storage.errors import StorageError
from storage.sources.states import SourceState, standing
from storage.store.engine import Store

MISSED = 4
"""Syncs that a source may miss before somebody should look."""


def check_sources(
    settings: Settings, store: Store, *, now: Callable[[], datetime]
) -> Iterator[CheckResult]:
    """Check each source that is configured."""
    names = names_of(settings)
    if not names:
        return
    try:
        with store.read() as session:
            states = standing(session, names)
    except StorageError:  # the store's own check has said so
        return
    most = MISSED * timedelta(minutes=settings.nrrbot_sync_minutes)
    for state in states:
        try:
            build_source(settings, store, state.name)
        except StorageError as error:  # such as a map that is none: `nrrbot serve` does not start
            yield bad(f"source {state.name}", sentence(error))
            continue
        yield _judge(state, now=now(), most=most)


def _judge(state: SourceState, *, now: datetime, most: timedelta) -> CheckResult:
    check, words = f"source {state.name}", state_words(state, now=now)
    if state.failure is not None:
        return bad(check, words)
    if state.succeeded_at is None:
        return warning(check, f"it {words}: `nrrbot sync {state.name} --once` begins")
    if now - state.succeeded_at > most:
        return warning(check, f"{words}: is `nrrbot serve` running, without --no-scheduler?")
    # They can name accounts, and people paste what the doctor says.
    noted = (
        "; rows were left out or doubted: `nrrbot data` says which"
        if state.gains.shown(now)
        else ""
    )
    return good(check, f"{words}{noted}")
