"""The job that renews the Home tab of those who opened it lately, once for each change."""

from datetime import date, datetime, timedelta

from bot.clock import Clock
from bot.home.publishing import HomePublisher
from storage.home.visits import Signature, due_visits, forget_visits, signature
from storage.store.engine import Store

KEPT = timedelta(days=14)
"""How long after they opened it a person's tab is renewed; then it is when they open it again."""
LOOKED_AT_EVERY = timedelta(minutes=10)
"""Who is in a user group changes at Slack alone."""
MOST_AT_ONCE = 20
"""People a minute: Slack takes about a hundred views a minute from an app."""


class HomeRenewal:
    """Renews the tabs of whoever was looked after longest ago, when something has changed.

    Parameters
    ----------
    store : Store
        Whose changes are looked for.
    publisher : HomePublisher
        Publishes the pages that are others by then.
    now : callable
        The moment it is, aware.
    """

    def __init__(self, store: Store, publisher: HomePublisher, *, now: Clock) -> None:
        self._store = store
        self._publisher = publisher
        self._now = now
        self._seen: tuple[Signature, date] | None = None
        self._changed_at: datetime | None = None

    def run(self) -> None:
        """Renew what has changed; where Slack wants fewer calls, the rest waits a minute."""
        now = self._now()
        with self._store.read() as session:
            found = signature(session), now.date()
        if self._changed_at is None or found != self._seen or self._is_long_ago(now):
            self._seen, self._changed_at = found, now
        with self._store.write(ledger=False) as session:
            forget_visits(session, before=now - KEPT)
            visits = due_visits(session, changed_at=self._changed_at, most=MOST_AT_ONCE)
        for visit in visits:
            if not self._publisher.renew(visit.user_id):
                return

    def _is_long_ago(self, now: datetime) -> bool:
        return self._changed_at is None or now - self._changed_at >= LOOKED_AT_EVERY
