"""A year of real payment histories, imported month by month as it would have come.

Each kind of database gets one: how alerts are stored is tested on both elsewhere.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from bot.alerts.evaluating import Evaluator
from bot.alerts.rules.report import AlertReport
from metrics.alerts.grouping import INHIBITABLE
from metrics.alerts.states import ENDINGS, Transition, TransitionKind
from metrics.alerts.statuses import MonthStatus
from metrics.period_grammar import shift_months
from storage.store.engine import Store
from tests.bot.alerts.notifying import messages, notifier_on
from tests.bot.watching import evaluator_on
from tests.reference import real_data
from tests.reference.real_data import DataSet
from tests.slow import only_slow
from tests.storage.stores import csv_text, execute, import_text

A_YEAR = 12


@dataclass(frozen=True)
class Source:
    """A data set, what it is split by, the day after its last closed month.

    ``most_fired`` is how often one rule may fire for the whole of it.
    """

    data: DataSet
    dimension: str
    end: date
    most_fired: int

    def months(self) -> Iterator[tuple[date, str]]:
        """Yield what was there a year before the end, then each month, as files to import.

        A month without a movement is closed by the file of the month before.
        """
        with self.data.movements.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        known, some = date.min, rows[:0]
        for left in range(A_YEAR, -1, -1):
            closed_through = shift_months(self.end, -left)
            some = [row for row in rows if f"{known}" <= row[2] < f"{closed_through}"] or some
            yield closed_through, csv_text(*map(",".join, some), header=",".join(header))
            known = closed_through


SPONSORS = Source(real_data.SPONSORS, "segment", date(2026, 8, 1), 3)
GCLOUD = Source(real_data.GCLOUD, "plan", date(2014, 7, 1), 4)
"""Its movements are all of the first month of a quarter."""


def replay(
    evaluator: Evaluator, store: Store, source: Source
) -> Iterator[tuple[date, list[Transition]]]:
    """Import and evaluate month by month; yield the day of each import, and what changed."""
    for closed_through, text in source.months():
        import_text(store, text, today=closed_through, closed_through=closed_through)
        report = evaluator.evaluate(today=closed_through)
        assert len({alert.rule.fingerprint for alert in report.alerts}) == len(report.alerts)
        yield closed_through, [one for alert in report.alerts for one in alert.transitions]


def by_episode(changes: Iterable[Transition]) -> list[list[TransitionKind]]:
    """Return what people hear of each episode, in order."""
    heard: defaultdict[tuple[str, int], list[TransitionKind]] = defaultdict(list)
    for change in changes:
        if change.kind in ENDINGS | INHIBITABLE:
            heard[change.alert.fingerprint, change.episode].append(change.kind)
    return list(heard.values())


def statuses(report: AlertReport) -> dict[str, MonthStatus]:
    return {alert.rule.fingerprint: alert.state.status for alert in report.alerts}


@pytest.mark.parametrize(
    ("any_template", "source"),
    [
        pytest.param(
            "postgresql", SPONSORS, id="sponsors", marks=(pytest.mark.postgres, only_slow)
        ),
        pytest.param("sqlite", GCLOUD, id="gcloud"),
    ],
    indirect=["any_template"],
)
def test_a_year_is_told_episode_by_episode(any_store: Store, source: Source) -> None:
    evaluator = evaluator_on(any_store, dimension=source.dimension)

    changes = [one for _, news in replay(evaluator, any_store, source) for one in news]

    episodes = by_episode(changes)
    assert episodes
    for heard in episodes:
        assert heard[0] is TransitionKind.FIRED
        assert heard.count(TransitionKind.FIRED) == 1
        assert not ENDINGS.intersection(heard[:-1])
    fired = Counter(
        change.alert.rule_id
        for change in changes
        if change.kind is TransitionKind.FIRED and not change.alert.scope
    )
    assert fired
    assert max(fired.values()) <= source.most_fired
    assert {TransitionKind.ERROR, TransitionKind.STALE}.isdisjoint(one.kind for one in changes)
    replayed = statuses(evaluator.listed())
    execute(any_store, "DELETE FROM alert_state", "DELETE FROM alert_evaluation")
    assert statuses(evaluator.evaluate(today=source.end)) == replayed


@only_slow
@pytest.mark.parametrize("any_template", ["sqlite"], indirect=True)
@pytest.mark.parametrize("source", [SPONSORS, GCLOUD], ids=["sponsors", "gcloud"])
def test_every_message_of_a_year_is_printed_to_be_read(
    any_store: Store, source: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluator = evaluator_on(any_store, dimension=source.dimension)
    notifier = notifier_on(any_store, dimension=source.dimension)
    count = 0

    for day, _ in replay(evaluator, any_store, source):
        notifier.notify(today=day)
        news = [said["text"] for _, said in messages(any_store)[count:]]
        count += len(news)
        with capsys.disabled():
            print(f"\n{source.data.folder}, closed through {day}:", *news, sep="\n")  # noqa: T201
        assert len(news) <= 1
        assert not any(silly in text for text in news for silly in ("None", " 0.0 pts below"))

    assert count
