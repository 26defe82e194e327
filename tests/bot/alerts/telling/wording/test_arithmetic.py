"""Whoever subtracts what an alert shows comes to the distances that it shows."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.telling.wording.sentences import reasons
from bot.alerts.telling.wording.titles import headline
from metrics.alerts.rules import FLOOR, SUSTAINED_DROP
from metrics.change import explain
from tests.bot.sample_alerts import (
    DECEMBER,
    closed,
    details_of,
    mix_of,
    parts,
    steady,
    sustained,
)
from tests.bot.shown import tenths


@given(st.integers(8_000, 9_900))
def test_a_drop_is_below_what_is_usual_by_what_the_two_figures_say(hundredths: int) -> None:
    month = closed(f"{hundredths / 100}")
    said = headline(details_of(SUSTAINED_DROP, (*steady(), month, month)))

    now, apart, usual = re.findall(r"(?:to|at) (\S+%) .*?, (\S+ pts) below its usual (\S+%)", said)[
        0
    ]
    assert tenths(apart) == tenths(usual) - tenths(now)


@given(st.integers(8_000, 8_990))
def test_a_level_is_missed_by_what_the_two_figures_say(hundredths: int) -> None:
    said = headline(details_of(FLOOR, (*steady(), closed("99", f"{hundredths / 100}"))))

    now, apart = re.findall(r"is (\S+%), below 90%, by (\S+ pts) ", said)[0]
    assert tenths(apart) == 900 - tenths(now)


@given(st.integers(0, 40_000_000), st.integers(0, 20_000_000))
def test_rates_and_mix_add_up_to_the_change(gained: int, lost: int) -> None:
    after = {**DECEMBER, "enterprise": (70_000_000, gained, lost, 0)}
    change = explain(parts(DECEMBER), parts(after))
    lines = {
        line.label: line.words for line in reasons(sustained(mix=mix_of(change)), names_shown=True)
    }

    [words] = [words for label, words in lines.items() if label.startswith("NRR against")]
    moved, rate, mix = re.findall(
        r"^(.+?) (?:to|at) .*?of which (\S+ pts) from.* and (\S+ pts) from", words
    )[0]
    assert tenths(moved) == tenths(rate) + tenths(mix)
