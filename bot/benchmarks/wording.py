"""Sentences on twelve months beside their peers and their goal, and on tiers that lie far apart."""

from collections.abc import Iterable
from datetime import date

from bot.benchmarks.tier_review import TierReview
from bot.questions.typed_figures import exact_percent
from bot.style.differences import difference_of
from bot.style.figures import EN_DASH, Unit, bare_points, percent
from bot.style.grid import Grid, LabelledText
from bot.style.names import capitalised, safe_name
from metrics.benchmarks.bands import Band, BandPosition
from metrics.benchmarks.comparing import Benchmark, BenchmarkedYear, Measure, PeerLevel
from metrics.benchmarks.goals import GoalGap
from metrics.benchmarks.quadrant import Quadrant
from metrics.listing import few_of
from metrics.period_grammar import ONE_DAY

_MEASURES = {Measure.NRR: "NRR", Measure.GRR: "GRR", Measure.CHURN: "Churn"}
_SPOKEN = {**_MEASURES, Measure.CHURN: "churn"}
"""Their names within a sentence."""
_LEVELS = {
    PeerLevel.MEDIAN: "median of",
    PeerLevel.TYPICAL: "typical of",
    PeerLevel.TARGET: "target of",
    PeerLevel.TOP_QUARTILE: "top quartile of",
    PeerLevel.TOP: "best of",
    PeerLevel.HEALTHY: "healthy at",
}
_QUADRANTS = {
    Quadrant.KEEPS_AND_GROWS: (
        "it keeps its revenue and grows it (GRR of 90% or more, NRR of 110% or more)"
    ),
    Quadrant.KEEPS: (
        "it keeps its revenue and grows it little (GRR of 90% or more, NRR below 110%): expansion"
        " is what is missing"
    ),
    Quadrant.GROWS_OVER_LOSSES: (
        "it grows over its losses (NRR of 110% or more, GRR below 90%): that lasts as long as"
        " expansion makes up for them"
    ),
    Quadrant.LOSES: (
        "it loses more than it should and grows little (GRR below 90%, NRR below 110%): keeping"
        " customers comes first"
    ),
}
_BOTH = 2
MOST_GOALS = 3


def band_words(band: Band) -> str:
    """Write a band as the guides do: "90-100%", "110%+", "110-120%+", with a dash that is longer.

    Examples
    --------
    >>> band_words(Band.of_percent(110)), band_words(Band.of_percent(90, 100)).isascii()
    ('110%+', False)
    """
    low = exact_percent(band.low)
    high = "" if band.high is None else f"{EN_DASH}{exact_percent(band.high)}"
    return f"{low}{high}%{'+' if band.is_open else ''}"


def beside_line(beside: BenchmarkedYear | None, unit: Unit) -> str | None:
    """Write what stands beside the line of twelve months: the goal, then the peers."""
    if beside is None:
        return None
    lines = (goal_line(beside.goal, unit), peers_line(beside))
    return " ".join(line for line in lines if line) or None


def peers_line(beside: BenchmarkedYear) -> str | None:
    """Write the usual NRR of peers by each guide, and where twelve months stand to it.

    "SMB peers: 90-100% (GTM Engineer's guide), 90-105% (sales-led guide): below both." None where
    no peers are known.
    """
    said = _verdict(beside)
    if said is None:
        return None
    first, *others = beside.usual
    words = [f"{capitalised(first.peers)} peers: {_quoted(first)}"]
    words += [_quoted(one, beside=first) for one in others]
    return f"{', '.join(words)}: {said}."


def goal_line(gap: GoalGap | None, unit: Unit) -> str | None:
    """Write a goal and what is missing to it: "Goal 115%: 0.9 points short, $14k MRR."."""
    return None if gap is None else f"Goal {goal_words(gap, unit)}."


def goals_line(
    named: Iterable[tuple[str, BenchmarkedYear | None]], unit: Unit
) -> LabelledText | None:
    """Write the goals of several groups, the one that misses the most money first; None of none."""
    gaps = [(name, one.goal) for name, one in named if one is not None and one.goal is not None]
    gaps.sort(key=lambda item: item[1].over_minor)
    said = [f"{safe_name(name)} {goal_words(gap, unit)}" for name, gap in gaps]
    return LabelledText("Goals:", f"{few_of(said, MOST_GOALS, by=';')}.") if said else None


def goal_words(gap: GoalGap, unit: Unit) -> str:
    """Write a goal and its gap in points, as they are shown, and money: "115%: met"."""
    level = f"{exact_percent(gap.goal)}%"
    shown = difference_of(gap.goal + gap.over, gap.goal)
    if not gap.over:
        return f"{level}: met"
    size = bare_points(abs(shown)).removeprefix("+")
    points = f"{size} point{'' if size == '1.0' else 's'}" if shown else "less than 0.1 points"
    worth = f"{unit.short(abs(gap.over_minor))} {unit.name}"
    return f"{level}: {f'met, {points} over' if gap.is_met else f'{points} short'}, {worth}"


def quadrant_line(beside: BenchmarkedYear | None) -> LabelledText | None:
    """Write which of the four combinations of GRR and NRR twelve months are."""
    if beside is None or (found := beside.quadrant) is None:
        return None
    return LabelledText("Where it stands:", f"{_QUADRANTS[found]}.")


def losses_line(beside: BenchmarkedYear | None) -> str | None:
    """Write where GRR and churn stand to their bands, after `peers_line`; None without any."""
    if beside is None:
        return None
    said = [
        f"{_MEASURES[one.measure]} {percent(one.measure.of(beside.year))} is {position}"
        f" {band_words(one.band)}, {_kind(one)} ({one.guide})"
        for one in beside.benchmarks
        if one.measure is not Measure.NRR and (position := one.position_of(beside.year))
    ]
    return f"{'; '.join(said)}." if said else None


def beside_grid(beside: BenchmarkedYear | None) -> Grid | None:
    """List every band that twelve months are held against, with its source; None without any."""
    if beside is None or not beside.benchmarks:
        return None
    return Grid(
        title="Twelve months beside peers",
        header=("Peers", "Published", "Here", "By"),
        rows=tuple(
            (
                f"{_MEASURES[one.measure]}, {_kind(one)}",
                band_words(one.band),
                f"{percent(one.measure.of(beside.year))}, {one.position_of(beside.year)}",
                str(one.guide),
            )
            for one in beside.benchmarks
        ),
        named=True,
    )


def bands_words(beside: BenchmarkedYear) -> str:
    """Write every band that twelve months are held against, with its source; NRR without any."""
    if not beside.benchmarks:
        return f"NRR {percent(beside.year.nrr)}."
    said = [
        f"{_SPOKEN[measure]} {percent(measure.of(beside.year))} is "
        + ", ".join(
            f"{one.position_of(beside.year)} {band_words(one.band)} ({_kind(one)}, {one.guide})"
            for one in beside.benchmarks
            if one.measure is measure
        )
        for measure in dict.fromkeys(one.measure for one in beside.benchmarks)
    ]
    return f"{'; '.join(said)}."


def tier_line(review: TierReview | None) -> LabelledText | None:
    """Suggest that tiers be reviewed, with the NRR and the weight of both segments."""
    if review is None:
        return None
    apart = review.apart
    higher = f"{safe_name(apart.higher)} {percent(apart.of_higher.nrr)}"
    lower = f"{safe_name(apart.lower)} {percent(apart.of_lower.nrr)}"
    return LabelledText(
        "Tier review:",
        f"{higher} ({percent(apart.weight_higher)} of opening MRR) and {lower}"
        f" ({percent(apart.weight_lower)}) had a 12-month NRR more than 15 points apart at the ends"
        f" of {_months(review.ends)}: review how their accounts are tiered.",
    )


def _verdict(beside: BenchmarkedYear) -> str | None:
    """Say where twelve months stand to the usual bands; None where there are none."""
    places = [(one.position_of(beside.year), one.band) for one in beside.usual]
    words = [_position_words(place, band) for place, band in places if place is not None]
    if not words:
        return None
    if len(words) < _BOTH:
        return f"{words[0]} it"
    first, second = words
    return f"{first} both" if first == second else f"{first} the first, {second} the second"


def _position_words(position: BandPosition, band: Band) -> str:
    if position is BandPosition.WITHIN and band.high is None:
        return "reaches"
    return str(position)


def _quoted(one: Benchmark, *, beside: Benchmark | None = None) -> str:
    whose = "" if beside is None or one.peers == beside.peers else f"{one.peers} "
    first = f"{whose}{band_words(one.band)}"
    return f"{first} ({one.guide})"


def _kind(one: Benchmark) -> str:
    return f"{_LEVELS[one.level]} {one.peers}"


def _months(ends: tuple[date, date]) -> str:
    earlier, later = (end - ONE_DAY for end in ends)
    year = "" if earlier.year == later.year else f" {earlier:%Y}"
    return f"{earlier:%B}{year} and {later:%B %Y}"
