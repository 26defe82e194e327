"""Prometheus collector of the store: messages, alerts and the age of the data."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.delivery.metering import PREFIX
from storage.alerts.states import count_by_state as alerts_by_state
from storage.delivery.figures import count_by_state, oldest_due
from storage.errors import StorageError
from storage.ledger.health import data_as_of
from storage.sources.states import SourceState, list_states
from storage.store.engine import Store


@dataclass(frozen=True, slots=True)
class StoreFigures(Collector):
    """Counts messages and alerts, and tells the age of the oldest due message and of the data."""

    store: Store
    now: Callable[[], datetime]
    team_id: str

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the store at each scrape; if it cannot be read, show that alone."""
        # An error here would take the process's own metrics with it, and the alarm that says why.
        try:
            families = self._read()
        except StorageError:
            families = []
        yield _gauge("store_readable", "1 while the store can be read.", float(bool(families)))
        yield from families

    def _read(self) -> list[GaugeMetricFamily]:
        now = self.now()
        rows = GaugeMetricFamily(
            f"{PREFIX}_outbox_rows", "Messages by state and kind.", labels=["state", "kind"]
        )
        alerts = GaugeMetricFamily(
            f"{PREFIX}_alerts", "Rules on a company or segment, by state.", labels=["state"]
        )
        with self.store.read() as session:
            for name, count in alerts_by_state(session).items():
                alerts.add_metric([name], count)
            for (state, kind), count in count_by_state(session).items():
                rows.add_metric([state, kind], count)
            due = oldest_due(session, now=now, team_id=self.team_id)
            data = data_as_of(session)
            sources = _source_families(list_states(session), now)
        waiting = _gauge(
            "outbox_oldest_due_seconds",
            "How long ago the message that waits longest was due; 0 when none waits.",
            (now - due).total_seconds() if due else 0,
        )
        if data is None:  # an empty ledger has no age: 0 would say that it is fresh
            return [rows, alerts, waiting, *sources]
        age = (now - data).total_seconds()
        data_age = _gauge("data_age_seconds", "Since the last import.", age)
        return [rows, alerts, waiting, *sources, data_age]


def _source_families(states: Sequence[SourceState], now: datetime) -> list[GaugeMetricFamily]:
    """Tell of each source how long ago it was read, whether it fails, and what it last brought."""
    if not states:
        return []
    ages, failing, rows = (
        GaugeMetricFamily(f"{PREFIX}_source_{name}", words, labels=["source"])
        for name, words in (
            ("age_seconds", "Since a sync last succeeded."),
            ("failing", "1 while the last sync failed."),
            ("rows", "New rows of the last sync that had any."),
        )
    )
    for state in states:
        if state.succeeded_at is not None:
            ages.add_metric([state.name], (now - state.succeeded_at).total_seconds())
        failing.add_metric([state.name], float(state.failure is not None))
        rows.add_metric([state.name], state.gains.rows)
    return [ages, failing, rows]


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", words, value=value)
