"""The law of small groups, on drawn ledgers: over all that a viewer without detail may get."""

from collections import Counter
from pathlib import Path

import pytest

from tests.bot.small_elsewhere import ElsewhereProber
from tests.bot.small_prober import COMPANY, OVERLAPPING, SEGMENT, probing
from tests.slow import only_slow

SEEDS = [2, 6, 7]
"""Companies of which whoever was granted all of it, or one segment, is told alerts, too."""
LEAST = {
    True: Counter(
        answer=25,
        finding=35,
        why=10,
        sure=11,
        compared=20,
        parts=10,
        trend=25,
        digest=6,
        told=10,
        listed=25,
        tried=70,
        restated=40,
        beside=30,
    ),
    False: Counter(
        answer=24, finding=30, why=5, sure=6, compared=5, trend=8, told=4, listed=10, tried=24
    ),
}
"""What is to be shown at the least to whom the company was granted, and to whom one segment."""


@pytest.mark.parametrize("seed", SEEDS)
def test_within_a_period_nothing_shown_is_of_few_accounts_nor_differs_by_few(
    tmp_path: Path, seed: int
) -> None:
    with probing(tmp_path, seed) as prober:
        prober.ask_everything()
        prober.ask_why_and_compare()
        prober.ask_for_tables()
        prober.read_digests()
        prober.hear_alerts()
        prober.try_rules_out()
        prober.hear_what_changed()

        prober.shown.check()
        assert prober.shown.counts >= LEAST[prober.sees_company]  # else it passes on silence


@pytest.mark.parametrize(
    ("seed", "least"),
    [
        (9, Counter(home=1, pack=2, month=2, data=1, answer=18, why=4, trend=13, thread=17)),
        (2, Counter(home=1, answer=4, compared=9, trend=11, thread=25)),
        (30, Counter(home=1, answer=16, ranked=7, thread=37)),
    ],
    ids=["the company", "three grants", "two grants"],
)
def test_nor_do_packs_home_months_and_threads_of_several_overlapping_grants(
    tmp_path: Path, seed: int, least: Counter[str]
) -> None:
    with probing(tmp_path, seed, OVERLAPPING) as prober:
        ElsewhereProber(prober).look()

        prober.shown.check()
        assert prober.shown.counts >= least


@only_slow
@pytest.mark.parametrize("seed", range(300))
def test_nor_does_anything_of_hundreds_of_companies(tmp_path: Path, seed: int) -> None:
    with probing(tmp_path, seed, (COMPANY, SEGMENT, *OVERLAPPING)) as prober:
        prober.ask_everything()
        prober.read_digests()
        prober.hear_alerts()
        ElsewhereProber(prober).look()

        prober.shown.check()
