"""A year of real payment histories, imported month by month as it would have come."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

import storage
from metrics.alert_states import ENDINGS, Transition, TransitionKind
from metrics.period_grammar import shift_months
from storage.engine import Store
from tests.bot.watching import alerting_on
from tests.storage.stores import csv_text, import_text

DATA = Path(storage.__file__).parents[2] / "shared" / "data"
A_YEAR = 12


@dataclass(frozen=True)
class Source:
    """A data set, the day after its last closed month, and how much a year of it may tell."""

    folder: str
    end: date
    most_told: int

    def months(self) -> Iterator[tuple[date, str]]:
        """Yield what was there a year before the end, then each month, as files to import."""
        path = DATA / self.folder / "movements.csv"
        if not path.exists():
            pytest.skip(f"the real data set {self.folder} is not on this machine")
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        known = date.min
        for left in range(A_YEAR, -1, -1):
            closed_through = shift_months(self.end, -left)
            some = [row for row in rows if f"{known}" <= row[2] < f"{closed_through}"]
            yield closed_through, csv_text(*map(",".join, some), header=",".join(header))
            known = closed_through


SOURCES = [
    pytest.param(Source("github_sponsors_sxzz", date(2026, 8, 1), 0), id="sponsors"),
    pytest.param(Source("uk_gcloud_quarterly", date(2014, 7, 1), 0), id="gcloud"),
]


def replay(store: Store, source: Source) -> list[tuple[Transition, ...]]:
    """Return what changed with each month."""
    alerting = alerting_on(store)
    changes = []
    for closed_through, text in source.months():
        import_text(store, text, today=closed_through, closed_through=closed_through)
        report = alerting.evaluate(today=closed_through)
        changes.append(tuple(change for alert in report.alerts for change in alert.transitions))
    return changes
def test_x(any_store: Store) -> None:
    for p in SOURCES:
        s=p.values[0]
        import time
        t=time.time(); c=time.process_time()
        for ch in replay(any_store, s):
            print("--")
            for x in ch: print(x.period, x.kind, x.rule_id, dict(x.scope), x.episode, x.verdict and (round(float(x.verdict.value),3), x.verdict.baseline and round(float(x.verdict.baseline),3), x.verdict.threshold and round(float(x.verdict.threshold),3), x.verdict.account))
        print(time.time()-t, time.process_time()-c)
        if s.folder.startswith("git"): break
