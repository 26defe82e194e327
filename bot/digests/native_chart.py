"""Slack's own chart of a digest: which segments are above 100%, now and in the period before."""

from collections.abc import Sequence
from fractions import Fraction

from bot.digests.digest import Digest, DigestSegment
from bot.digests.wording.rows import Detail, shown
from bot.digests.wording.sentences import has_rows, segment_name
from bot.message import Block
from bot.style.names import shortened
from metrics.money import round_half_up
from metrics.retention import Retention

LONGEST_NAME = 20
MOST = 6
"""Their names stand side by side on a phone."""

FEWEST = 2
"""Bars to compare with each other."""


def segment_chart(digest: Digest, detail: Detail) -> Block | None:
    """Return NRR less 100% as bars; None where there are no segments to compare.

    Slack's bars all start at zero, so that only the distance from 100% tells segments apart. The
    numbers are only drawn, never calculated with.
    """
    if digest.dimension is None or not has_rows(digest):
        return None
    defined = [segment for segment in shown(digest, detail) if segment.retention.nrr is not None]
    drawn = defined[:MOST]
    if len(drawn) <= FEWEST:  # the whole scope and one segment are the same
        return None
    names = _names(digest, drawn)
    series = [_series(digest.answer.period.label, names, [one.retention for one in drawn])]
    before = [one.before for one in drawn if one.before and one.before.opening]
    if digest.body.before and len(before) == len(drawn):
        series.insert(0, _series(digest.body.before.period.label, names, before))
    return {
        "type": "data_visualization",
        "title": "NRR above or below 100%, in points",
        "chart": {
            "type": "bar",
            "series": series,
            "axis_config": {"categories": names, "y_label": "points from 100%"},
        },
    }


def _series(label: str, names: Sequence[str], retentions: Sequence[Retention]) -> Block:
    return {
        "name": shortened(label, LONGEST_NAME),
        "data": [
            {"label": name, "value": _points(retention.nrr)}
            for name, retention in zip(names, retentions, strict=True)
        ],
    }


def _points(nrr: Fraction | None) -> float:
    return float(round_half_up(((nrr or Fraction(1)) - 1) * 100, 1))


def _names(digest: Digest, segments: Sequence[DigestSegment]) -> list[str]:
    """Return a short name for each segment, all numbered where two would be alike."""
    names = [segment_name(digest, segment.value) for segment in segments]
    short = [shortened(name, LONGEST_NAME) for name in names]
    if len(set(short)) == len(short):
        return short
    return [shortened(f"{number}. {name}", LONGEST_NAME) for number, name in enumerate(names, 1)]
