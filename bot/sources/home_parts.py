"""Sources and how they stand, for the Home tab of administrators."""

from zoneinfo import ZoneInfo

from bot.access.gate import Gate
from bot.access.visibility import is_administrator
from bot.config import Settings
from bot.slack.sent import Asker
from bot.sources.configured import names_of
from bot.style.grid import LabelledText
from bot.style.names import moment_words
from bot.style.parts import Parts, Said
from storage.sources.states import SourceState, standing
from storage.store.engine import Store


def sources_part(gate: Gate, store: Store, settings: Settings, asker: Asker) -> Parts:
    """Compose how each source stands; nothing where there is none, or for anybody else."""
    if not is_administrator(gate.principal(asker)):
        return ()
    with store.read() as session:
        states = standing(session, names_of(settings))
    if not states:
        return ()
    words = "; ".join(_words(one, settings.zone) for one in states)
    return (Said(LabelledText("Sources:", words)),)


def _words(state: SourceState, zone: ZoneInfo) -> str:
    from bot.sources.wording import covered_words  # noqa: PLC0415 - all of importing

    if state.failure is not None and state.failed_since is not None:
        return f"{state.name} fails since {moment_words(state.failed_since, zone)}: {state.failure}"
    if state.succeeded_at is None:
        return f"{state.name} was not synced yet"
    at = moment_words(state.succeeded_at, zone)
    return ", ".join([f"{state.name} synced {at}", *covered_words(state.covered_through)])
