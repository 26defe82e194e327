"""Counters and gauges of a running bot: no amount, and no name of a person or channel."""

from collections.abc import Callable, Iterator, Mapping
from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

PREFIX = "nrrbot"
MINUTE, HOUR = 60, 3600
LATENESS = (MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR, 48 * HOUR)


class Meter:
    """The counters and gauges of one process; ``now`` gives monotonic seconds."""

    def __init__(self, *, now: Callable[[], float]) -> None:
        self.registry = CollectorRegistry()  # what ``/metrics`` shows
        self._now = now
        self._began_at = now()
        self._ticked_at: dict[str, float] = {}
        self._sends = self._counter("sends", "Posts tried, by what came of them.", "result")
        self._reconciled = self._counter(
            "reconcile", "Looks into history for a message in doubt, by what they found.", "result"
        )
        self._fenced = self._counter("fenced", "Claims that ran out before their work was done.")
        self._denied = self._counter("authz_denied", "Questions and posts refused.", "reason")
        self._tick_problems = self._counter(
            "tick_problems", "Ticks of a job that failed or were left out.", "job", "problem"
        )
        self._lateness = Histogram(
            "digest_lateness_seconds",
            "How long after it was due a digest was sent.",
            namespace=PREFIX,
            registry=self.registry,
            buckets=LATENESS,
        )
        self._skew = Gauge(
            "slack_clock_skew_seconds",
            "How far this machine's clock is ahead of Slack's.",
            namespace=PREFIX,
            registry=self.registry,
        )
        self._skew.set(nan)  # 0 would say that the clocks agree before anybody compared them
        ProcessCollector(namespace=PREFIX, registry=self.registry)
        self.registry.register(_TickAges(self.tick_ages))

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(name, words, labels, namespace=PREFIX, registry=self.registry)

    def count_send(self, result: str) -> None:
        """Count a post that was tried; ``result`` is one of a few fixed words."""
        self._sends.labels(result).inc()

    def count_reconcile(self, result: str) -> None:
        """Count a look into a channel's history for a message in doubt."""
        self._reconciled.labels(result).inc()

    def count_fenced(self) -> None:
        """Count a claim whose lease ran out before it was settled."""
        self._fenced.inc()

    def count_denied(self, reason: str) -> None:
        """Count a person or a channel that was refused figures."""
        self._denied.labels(reason).inc()

    def note_lateness(self, seconds: float) -> None:
        """Note how long after it was due a digest was sent."""
        self._lateness.observe(seconds)

    def note_skew(self, seconds: float) -> None:
        """Note how far this machine's clock is ahead of Slack's."""
        self._skew.set(seconds)

    def note_tick(self, job: str) -> None:
        """Note that a job has just run."""
        self._ticked_at[job] = self._now()

    def count_tick_problem(self, job: str, problem: str) -> None:
        """Count a tick of a job that failed, came too late or found the last one still running."""
        self._tick_problems.labels(job, problem).inc()

    def watch_connections(self, count: Callable[[], int]) -> None:
        """Count open Socket Mode connections each time that the metrics are read."""
        Gauge(
            "socket_connections",
            "Socket Mode connections that are open.",
            namespace=PREFIX,
            registry=self.registry,
        ).set_function(count)

    def tick_ages(self) -> dict[str, float]:
        """Measure the seconds since each job last ran."""
        now = self._now()  # copied below: jobs tick in other threads
        return {job: now - at for job, at in self._ticked_at.copy().items()}

    @property
    def idle_seconds(self) -> float:
        """Seconds since any job last ran, or since the start if none has."""
        return min(self.tick_ages().values(), default=self._now() - self._began_at)


class _TickAges(Collector):
    def __init__(self, ages: Callable[[], Mapping[str, float]]) -> None:
        self._ages = ages

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily(
            f"{PREFIX}_tick_age_seconds", "How long ago each job last ran.", labels=["job"]
        )
        for job, seconds in self._ages().items():
            family.add_metric([job], seconds)
        yield family
