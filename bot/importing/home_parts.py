"""The age of the data and its sources, for the Home tab of administrators."""

from zoneinfo import ZoneInfo

from bot.access.gate import Gate
from bot.access.visibility import is_administrator
from bot.slack.sent import Asker
from bot.style.grid import LabelledText
from bot.style.names import safe_name, short_month
from bot.style.parts import Parts, Said
from metrics.listing import few_of
from metrics.period_grammar import ONE_DAY
from storage.importing.history import SourceAge, source_ages
from storage.store.engine import Store

MOST_SOURCES = 3


def data_age(gate: Gate, store: Store, zone: ZoneInfo, asker: Asker) -> Parts:
    """Compose when each source was imported last; nothing for whoever is no administrator."""
    if not is_administrator(gate.principal(asker)):
        return ()
    with store.read() as session:
        ages = source_ages(session)
    words = few_of([_words(one, zone) for one in ages], MOST_SOURCES, by=";")
    rest = " (nrrbot import list)" if len(ages) > MOST_SOURCES else ""
    return (Said(LabelledText("Data:", f"{words or 'nothing is imported yet'}{rest}")),)


def _words(age: SourceAge, zone: ZoneInfo) -> str:
    at = age.at.astimezone(zone)
    closed = (
        f", closed through {short_month(age.closed_through - ONE_DAY)}"
        if age.closed_through
        else ""
    )
    return f"{safe_name(age.source)} of {at.day} {at:%b %Y %H:%M}{closed}"
