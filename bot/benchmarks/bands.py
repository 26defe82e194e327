"""Bands of peers and the goal, as a chart of twelve-month NRR draws them behind its line."""

from bot.benchmarks.wording import band_words
from bot.charts.values import NamedBand, ReferenceLevel
from bot.questions.typed_figures import exact_percent
from metrics.benchmarks.comparing import BenchmarkedYear


def drawn_bands(beside: BenchmarkedYear | None) -> tuple[NamedBand, ...]:
    """List the usual band of each guide, open where it names no upper end."""
    return tuple(
        NamedBand(name=f"{one.guide}", low=one.band.low, high=one.band.limit)
        for one in (beside.usual if beside else ())
    )


def drawn_goal(beside: BenchmarkedYear | None) -> tuple[ReferenceLevel, ...]:
    """Mark the goal, if there is one."""
    if beside is None or beside.goal is None:
        return ()
    goal = beside.goal.goal
    return (ReferenceLevel(name=f"goal {exact_percent(goal)}%", ratio=goal),)


def bands_words(beside: BenchmarkedYear | None) -> str:
    """Say what is shaded: "SMB peers 90-100%, 90-105%"; empty where nothing is."""
    if beside is None or not beside.usual:
        return ""
    first, *others = beside.usual
    said = [f"{first.peers} peers {band_words(first.band)}"]
    for one in others:
        whose = "" if one.peers == first.peers else f"{one.peers} "
        said.append(f"{whose}{band_words(one.band)}")
    return ", ".join(said)


def behind_words(beside: BenchmarkedYear | None) -> str:
    """Say all that is drawn behind a line, for whoever does not see it; empty for nothing."""
    goals = (mark.name for mark in drawn_goal(beside))
    return "; ".join(filter(None, (bands_words(beside), *goals)))
