"""Ticks: APScheduler calls the jobs, and what is due is for them to ask of the database."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import Any, Protocol

APSCHEDULER = "apscheduler"

log = logging.getLogger("nrrbot.scheduling")


class CountsTicks(Protocol):
    """Hears of every tick."""

    def note_tick(self, job: str) -> None:
        """Note that a job has just run."""

    def count_tick_problem(self, job: str, problem: str) -> None:
        """Count a tick that failed or was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to be done again and again; ``is_led`` is for what one process does for all."""

    name: str
    every: timedelta
    run: Callable[[], object]
    is_led: bool = False


class Scheduler:
    """Runs jobs at intervals, each at most once at a time, until it is drained.

    Parameters
    ----------
    leads : callable
        Tells whether this process leads just now.
    now : callable
        The moment it is, in UTC; every job first runs then.
    """

    def __init__(
        self,
        *,
        leads: Callable[[], bool],
        meter: CountsTicks,
        now: Callable[[], datetime],
    ) -> None:
        self._jobs: list[Job] = []
        self._leads = leads
        self._meter = meter
        self._now = now
        self._running = 0
        self._is_stopping = False
        self._changed = Condition()
        self._scheduler: Any = None

    @property
    def is_stopping(self) -> bool:
        """Whether nothing new is to be begun."""
        return self._is_stopping

    def add(self, job: Job) -> None:
        """Add a job, before the start."""
        self._jobs.append(job)

    def start(self) -> None:
        """Begin to tick as soon as APScheduler is loaded; nobody has to wait for that."""
        threading.Thread(target=self._start, name="scheduler", daemon=True).start()

    def _start(self) -> None:
        from apscheduler.events import (  # noqa: PLC0415 - slow to load, and not needed to answer
            EVENT_JOB_ERROR,
            EVENT_JOB_MAX_INSTANCES,
            EVENT_JOB_MISSED,
        )
        from apscheduler.executors.pool import ThreadPoolExecutor  # noqa: PLC0415 - the same
        from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415 - the same

        # It warns of every tick that finds the one before it still at work; we count those.
        logging.getLogger(APSCHEDULER).setLevel(logging.ERROR)
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults=defaults,
            executors={"default": ThreadPoolExecutor(len(self._jobs))},
        )
        problems = {
            EVENT_JOB_ERROR: "error",
            EVENT_JOB_MISSED: "missed",
            EVENT_JOB_MAX_INSTANCES: "busy",
        }
        scheduler.add_listener(
            lambda event: self._meter.count_tick_problem(event.job_id, problems[event.code]),
            EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES,
        )
        for job in self._jobs:
            scheduler.add_job(
                self.tick,
                "interval",
                [job],
                id=job.name,
                seconds=job.every.total_seconds(),
                next_run_time=self._now(),
            )
        with self._changed:
            if self._is_stopping:
                return
            self._scheduler = scheduler
            scheduler.start()

    def tick(self, job: Job) -> None:
        """Run a job once, unless the bot is stopping or another process does it."""
        with self._changed:
            if self._is_stopping:
                return
            self._running += 1
        try:
            self._meter.note_tick(job.name)
            if not job.is_led or self._leads():
                job.run()
                self._meter.note_tick(job.name)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def drain(self, *, seconds: float) -> bool:
        """Begin nothing new, and wait for what is in hand; False if it took longer than that."""
        with self._changed:
            self._is_stopping = True
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        with self._changed:
            is_done = self._changed.wait_for(lambda: self._running == 0, timeout=seconds)
        if not is_done:
            log.warning("stopping before a job was done: its claim runs out")
        return is_done
