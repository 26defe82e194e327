"""How often each detector is wrong on healthy histories, and how soon it sees a fall."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.noise.detectors import DETECTORS, Alarms, Detector
from benchmarks.noise.histories import BEFORE, WATCHED, Case, histories

FALSE_ALARMS_AT_MOST = 0.04
FOUND_AT_LEAST = 0.95
FOUND_BY = 2
QUIET_DEVIATION = 1.0
"""Targets are for histories that vary by no more than this many points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One detector on one kind of history; shares are of all histories.

    ``months_to_find`` has one entry for each history that falls: 1 is the first low month, None
    not within two years.
    """

    detector: str
    level: int
    deviation: float
    false_alarm_share: float
    false_alarms: float
    months_to_find: tuple[int | None, ...]

    def found_by(self, month: int) -> float:
        """Return the share of falls seen by some month."""
        seen = [one for one in self.months_to_find if one is not None and one <= month]
        return len(seen) / len(self.months_to_find)

    @property
    def median_months(self) -> float | None:
        """The usual time to see a fall; None if most are not seen within two years."""
        middle = median(WATCHED + 1 if one is None else one for one in self.months_to_find)
        return middle if middle <= WATCHED else None

    @property
    def is_quiet(self) -> bool:
        """Whether it has at most as many false alarms as we aim at."""
        return self.false_alarm_share <= FALSE_ALARMS_AT_MOST

    @property
    def is_quick(self) -> bool:
        """Whether it sees as many falls by the second month as we aim at."""
        return self.found_by(FOUND_BY) >= FOUND_AT_LEAST


def measure(
    cases: Sequence[Case], count: int, *, seed: int, detectors: Sequence[Detector] = DETECTORS
) -> Iterator[list[Finding]]:
    """Yield the findings of one case after the other, each with as many histories that fall."""
    for case in cases:
        falling = Case(level=case.level, deviation=case.deviation, falls=True)
        healthy = _watched(detectors, case, count, seed)
        fallen = _watched(detectors, falling, count, seed)
        yield [
            _finding(detector, case, calm, low)
            for detector, calm, low in zip(detectors, healthy, fallen, strict=True)
        ]


def _watched(
    detectors: Sequence[Detector], case: Case, count: int, seed: int
) -> list[tuple[Alarms, ...]]:
    """Return the alarms by detector, each on the same histories."""
    rows = [
        [detector.watch(history) for detector in detectors]
        for history in histories(case, count, seed=seed)
    ]
    return list(zip(*rows, strict=True))


def _finding(
    detector: Detector, case: Case, healthy: Sequence[Alarms], fallen: Sequence[Alarms]
) -> Finding:
    alarms = [int(one.starts[BEFORE:].sum()) for one in healthy]
    return Finding(
        detector=detector.name,
        level=case.level,
        deviation=case.deviation,
        false_alarm_share=sum(number > 0 for number in alarms) / len(alarms),
        false_alarms=sum(alarms) / len(alarms),
        months_to_find=tuple(map(_months_to_find, fallen)),
    )


def _months_to_find(alarms: Alarms) -> int | None:
    """Return the first low month with an alarm on; one that was on before counts, too."""
    is_on = alarms.is_on[BEFORE:]
    return int(is_on.argmax()) + 1 if is_on.any() else None
