"""Messages that wait, for the Home tab of administrators."""

from collections.abc import Mapping

from bot.access.gate import Gate
from bot.access.visibility import is_administrator
from bot.delivery.outcomes import NOTICE
from bot.slack.sent import Asker
from bot.style.grid import LabelledText
from bot.style.parts import Parts, Said
from storage.delivery.figures import count_by_state
from storage.delivery.parcels import WAITING, State
from storage.store.engine import Store

_STUCK = frozenset({State.DEAD, State.NEEDS_ATTENTION})


def waiting_messages(gate: Gate, store: Store, asker: Asker) -> Parts:
    """Compose how many messages wait or are stuck; nothing for whoever is no administrator."""
    if not is_administrator(gate.principal(asker)):
        return ()
    with store.read() as session:
        counted = count_by_state(session)
    return (Said(LabelledText("Messages:", waiting_words(counted))),)


def waiting_words(counted: Mapping[tuple[str, str], int]) -> str:
    """Say how many messages are on their way, and how many need a person.

    Examples
    --------
    >>> waiting_words({("pending", "digest"): 2, ("dead", "alert"): 1, ("sent", "alert"): 9})
    '2 wait to be sent; 1 is stuck (nrrbot digest list)'
    """
    waiting = sum(count for (state, _), count in counted.items() if state in WAITING)
    stuck = stuck_among(counted)
    wait = f"{waiting} wait to be sent" if waiting != 1 else "1 waits to be sent"
    is_stuck = f"{stuck} {'is' if stuck == 1 else 'are'} stuck (nrrbot digest list)"
    return f"{wait if waiting else 'none waits'}; {is_stuck if stuck else 'none is stuck'}"


def stuck_among(counted: Mapping[tuple[str, str], int]) -> int:
    """Count the messages that need a person; a lost notice has nobody to tell of it."""
    return sum(n for (state, kind), n in counted.items() if state in _STUCK and kind != NOTICE)
