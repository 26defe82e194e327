"""The ``sweep`` tick, once an hour: what is old goes, what was lost is noticed, and a sign of life.

Slack may not have told us that a channel was archived, or that somebody left: so it is asked.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.request import Request, urlopen

from bot.channels.rechecking import Rechecking
from bot.delivery.notices import Notices, notice
from bot.delivery.outcomes import DIGEST, NOTICE
from bot.message import Message
from storage.delivery import outbox
from storage.delivery.figures import count_by_state, count_sent
from storage.delivery.outbox import State
from storage.delivery.pictures import give_up_pictures
from storage.store.engine import Store

KEPT = timedelta(days=30)
"""How long what was said is kept; that it was said is kept for ever."""
WEEK = timedelta(days=7)
STUCK = frozenset({State.DEAD, State.NEEDS_ATTENTION})
PING_SECONDS = 10

log = logging.getLogger("nrrbot.sweep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Does what need not be done at once.

    Attributes
    ----------
    ping : callable, optional
        Tells a dead man's switch outside that the bot is alive.
    """

    store: Store
    team_id: str
    rechecking: Rechecking
    notices: Notices
    now: Callable[[], datetime]
    ping: Callable[[], None] | None = None

    def run(self) -> None:
        """Do all of it; what fails is done again in an hour."""
        self._forget()
        self.rechecking.everything()
        self._say_alive()
        if self.ping is not None:
            self.ping()

    def _forget(self) -> None:
        now = self.now()
        with self.store.write(ledger=False) as session:
            outbox.blank_payloads(session, before=now - KEPT)
            give_up_pictures(session, now=now)

    def _say_alive(self) -> None:
        """Enqueue the week's sign of life; its key makes it one, however often this runs."""
        channel_id = self.notices.admin_channel
        if channel_id is None:
            return
        now = self.now()
        year, week, _ = now.isocalendar()
        with self.store.write(ledger=False) as session:
            count = count_sent(session, kind=DIGEST, since=now - WEEK)
            stuck = sum(
                number
                for (state, kind), number in count_by_state(session).items()
                if state in STUCK and kind != NOTICE
            )
            parcel = notice(
                Message(alive_words(count, stuck)),
                dedupe_key=f"alive:{self.team_id}:{year}-W{week:02d}",
                team_id=self.team_id,
                to=channel_id,
                now=now,
            )
            outbox.enqueue(session, parcel, now=now)


def alive_words(count: int, stuck: int) -> str:
    """Return the sign of life; its absence is the alarm."""
    digests = "1 digest" if count == 1 else f"{count} digests"
    return f"I am alive: {digests} sent in the last seven days, {stuck} stuck."


def ping(url: str) -> None:
    """Call a dead man's switch; that it cannot be reached is for the switch to say."""
    if not url.startswith(("https://", "http://")):
        return
    try:
        with urlopen(Request(url), timeout=PING_SECONDS) as answer:  # noqa: S310 # nosec B310
            answer.read()
    except OSError as error:
        log.warning("the sign of life was not heard", exc_info=error)
