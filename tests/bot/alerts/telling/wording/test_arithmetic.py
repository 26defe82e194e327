"""Whoever subtracts what an alert shows comes to the distances that it shows."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.telling.wording.sentences import sentences
from bot.alerts.telling.wording.titles import title
from metrics.alerts.rules import SUSTAINED_DROP
from metrics.change import explain
from tests.bot.sample_alerts import (
    DECEMBER,
    closed,
    details_of,
    parts,
    steady,
    sustained,
    with_share,
)
from tests.bot.shown import tenths


@given(st.integers(8_000, 9_900))
def test_a_drop_is_below_what_is_usual_by_what_the_two_figures_say(hundredths: int) -> None:
    month = closed(f"{hundredths / 100}")
    details = details_of(SUSTAINED_DROP, (*steady(), month, month))

    [(now, apart)] = re.findall(r"(?:to|at) (\S+%) .*?, (\S+) points below usual", title(details))
    [usual] = re.findall(r"usual is (\S+%)", sentences(details)[0])
    assert tenths(f"{apart}%") == tenths(usual) - tenths(now)


@given(st.integers(0, 40_000_000), st.integers(0, 20_000_000))
def test_a_group_takes_no_more_of_a_fall_than_there_is(gained: int, lost: int) -> None:
    after = {**DECEMBER, "enterprise": (70_000_000, gained, lost, 0)}

    said = sentences(with_share(sustained(), explain(parts(DECEMBER), parts(after))))[0]

    for part, whole in re.findall(r"(\S+) points of the (\S+) come from", said):
        assert tenths(f"{part}%") < tenths(f"{whole}%")
