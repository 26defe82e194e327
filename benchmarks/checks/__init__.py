"""The rows of the table, one family to a file; a new one is a file and a line here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.checks import (
    answers,
    daily_import,
    http_load,
    importing,
    period,
    start_up,
    store_size,
    trend,
)
from benchmarks.results import Cost, Result
from benchmarks.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One family, and whether it is measured at every size, or at the usual one alone."""

    run: Callable[[Scene], Iterator[Result | Cost] | Iterator[Result]]
    at_every_size: bool = False


CHECKS: dict[str, Check] = {
    "period": Check(run=period.check, at_every_size=True),
    "trend": Check(run=trend.check, at_every_size=True),
    "new-data": Check(run=trend.check_after_new_data),
    "answers": Check(run=answers.check, at_every_size=True),
    "store": Check(run=store_size.check, at_every_size=True),
    "import": Check(run=importing.check),
    "day": Check(run=daily_import.check),
    "http": Check(run=http_load.check),
    "start": Check(run=start_up.check),
}
