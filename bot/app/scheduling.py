"""Ticks: APScheduler runs the jobs, each of which asks the database for what is due."""

import logging
from collections.abc import Sequence
from datetime import UTC
from functools import cache
from threading import Lock, Thread
from typing import Any

from bot.app.clock_guard import ClockGuard
from bot.clock import Clock
from bot.delivery.metering import Meter
from bot.feature import Job
from storage.store.leadership import Leadership

APSCHEDULER = "apscheduler"
DRAIN_SECONDS = 25
"""How long a stop waits for the message in hand; after that its claim runs out."""

log = logging.getLogger("nrrbot.scheduling")


class Scheduler:
    """Runs jobs at intervals, each at most once at a time, until it is stopped.

    Parameters
    ----------
    leadership : Leadership
        Decides whether this process runs the jobs that one process does for all.
    guard : ClockGuard
        Holds up the jobs that need the clock while it is not believed.
    now : callable
        The moment it is, in UTC; every job first runs then.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        *,
        leadership: Leadership,
        meter: Meter,
        guard: ClockGuard,
        now: Clock,
    ) -> None:
        self._jobs = jobs
        # Built at the first tick, and again if that fails: an import may keep the store busy.
        self._builds = {job.name: cache(job.build) for job in jobs}
        self._leadership = leadership
        self._meter = meter
        self._guard = guard
        self._now = now
        self._starting = Lock()
        self._is_stopping = False
        self._scheduler: Any = None

    def start(self) -> None:
        """Begin to tick as soon as APScheduler is loaded; nobody has to wait for that."""
        Thread(target=self._start, name="scheduler", daemon=True).start()

    def _start(self) -> None:
        scheduler = self._loaded()
        with self._starting:  # a stop may have come while it was loaded
            if not self._is_stopping:
                scheduler.start()
                self._scheduler = scheduler

    def _loaded(self) -> Any:  # noqa: ANN401 - APScheduler has no types
        from apscheduler import events  # noqa: PLC0415 - slow to load, and not needed to answer
        from apscheduler.executors.pool import ThreadPoolExecutor  # noqa: PLC0415 - the same
        from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415 - the same

        # It warns of every tick that finds the one before it still at work; we count those.
        logging.getLogger(APSCHEDULER).setLevel(logging.ERROR)
        scheduler = BackgroundScheduler(
            timezone=UTC,
            # However late a tick is it runs, once for all that were missed: the jobs catch up.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            # A thread for each job, so that a slow one holds up no other.
            executors={"default": ThreadPoolExecutor(max(len(self._jobs), 1))},
        )
        problems = {
            events.EVENT_JOB_ERROR: "error",
            events.EVENT_JOB_MISSED: "missed",
            events.EVENT_JOB_MAX_INSTANCES: "busy",
        }
        scheduler.add_listener(
            lambda event: self._meter.count_tick_problem(event.job_id, problems[event.code]),
            sum(problems),  # a mask: the codes are single bits
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
        return scheduler

    def tick(self, job: Job) -> None:
        """Run a job, unless the bot is stopping or another process does it."""
        if self._is_stopping:
            return
        # Noted also where another process leads: `/metrics` tells that this one ticks.
        self._meter.note_tick(job.name)
        if job.is_led and not self._leadership.try_lead():
            return
        while self._may_run(job):
            has_more = self._builds[job.name]()()
            if not (job.is_repeated and has_more):
                break
        self._meter.note_tick(job.name)

    def _may_run(self, job: Job) -> bool:
        return not self._is_stopping and (not job.needs_clock or self._guard.is_believable())

    def stop(self, *, seconds: float = DRAIN_SECONDS) -> bool:
        """Begin nothing new, wait for what is in hand, and let another process lead.

        False if what is in hand took longer than that.
        """
        with self._starting:
            self._is_stopping = True
            scheduler, self._scheduler = self._scheduler, None
        is_done = scheduler is None or _drain(scheduler, seconds)
        if not is_done:
            log.warning("stopping before a job was done: its claim runs out")
        self._leadership.close()
        return is_done


def _drain(scheduler: Any, seconds: float) -> bool:  # noqa: ANN401 - APScheduler has no types
    # It waits for its jobs without a limit, so it does that in a thread that can be left behind.
    draining = Thread(target=scheduler.shutdown, name="draining", daemon=True)
    draining.start()
    draining.join(seconds)
    return not draining.is_alive()
