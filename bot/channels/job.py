"""The hourly ``sweep``: old messages are blanked, access is reviewed, a sign of life is given."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from urllib.request import Request, urlopen

from bot.channels.access_review import AccessReview
from bot.clock import Clock
from bot.delivery.failure_notices import FailureNotices
from bot.delivery.home_parts import stuck_among
from bot.delivery.outcomes import DIGEST
from bot.delivery.parcels import message_parcel
from bot.message import Message
from storage.alerts.states import open_episodes
from storage.alerts.updates import telling_of
from storage.delivery import outbox
from storage.delivery.figures import count_by_state, count_sent
from storage.delivery.pictures import give_up_pictures
from storage.store.engine import Store

KEPT = timedelta(days=30)
"""How long the words of a message are kept; that it was sent is kept for ever."""
WEEK = timedelta(days=7)
PING_SECONDS = 10

log = logging.getLogger("nrrbot.sweep")


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlySweep:
    """Does what need not be done at once.

    Attributes
    ----------
    ping_url : str
        A dead man's switch outside that is told that the bot is alive; empty if there is none.
    """

    store: Store
    team_id: str
    review: AccessReview
    notices: FailureNotices
    now: Clock
    ping_url: str = ""

    def run(self) -> None:
        """Blank, review, and give a sign of life; what fails is tried again in an hour."""
        self._forget()
        self.review.everything()  # events get lost: Slack is asked for what it may have told
        self._say_alive()
        if self.ping_url:
            ping(self.ping_url)  # last, so that a sweep that fails is missed outside

    def _forget(self) -> None:
        now = self.now()
        with self.store.write(ledger=False) as session:
            open_still = telling_of(session, open_episodes(session))
            # figures are not kept for ever, but as long as their message may have to be updated
            outbox.blank_payloads(session, before=now - KEPT, but=open_still)
            give_up_pictures(session, now=now)

    def _say_alive(self) -> None:
        channel_id = self.notices.admin_channel
        if channel_id is None:
            return
        now = self.now()
        year, week, _ = now.isocalendar()
        with self.store.write(ledger=False) as session:
            count = count_sent(session, kind=DIGEST, since=now - WEEK)
            stuck = stuck_among(count_by_state(session))
            parcel = message_parcel(
                Message(alive_words(count, stuck)),
                # One a week, however often this runs, and whichever process leads.
                dedupe_key=f"alive:{self.team_id}:{year}-W{week:02d}",
                team_id=self.team_id,
                to=channel_id,
                now=now,
            )
            outbox.enqueue(session, parcel, now=now)


def alive_words(count: int, stuck: int) -> str:
    """Word the sign of life; its absence is the alarm."""
    digests = "1 digest" if count == 1 else f"{count} digests"
    return f"I am alive: {digests} sent in the last seven days, {stuck} stuck."


def ping(url: str) -> None:
    """Call a dead man's switch; one that cannot be reached raises its own alarm outside."""
    if not url.startswith(("https://", "http://")):
        return  # urlopen would read a local file, too
    try:
        with urlopen(Request(url), timeout=PING_SECONDS) as answer:  # noqa: S310 # nosec B310
            answer.read()
    except OSError as error:
        log.warning("the sign of life was not heard", exc_info=error)
