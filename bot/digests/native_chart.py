"""Slack's own chart of a digest: NRR of each segment above or below 100%."""

from collections.abc import Sequence
from fractions import Fraction

from bot.digests.digest import Digest, DigestSegment
from bot.digests.wording.rows import DigestDetail, shown
from bot.digests.wording.sentences import has_rows, segment_name
from bot.message import Block
from bot.style.differences import difference_of
from bot.style.names import shortened
from metrics.retention import Retention

LONGEST_NAME = 20
MOST = 6  # more names do not fit side by side on a phone
FEWEST = 3  # the whole scope and two segments: a single segment would have the same bar


def segment_chart(digest: Digest, detail: DigestDetail) -> Block | None:
    """Return NRR less 100% as bars; None where there are no segments to compare."""
    if digest.dimension is None or not has_rows(digest):
        return None
    defined = [segment for segment in shown(digest, detail) if segment.retention.nrr is not None]
    drawn = defined[:MOST]
    if len(drawn) < FEWEST:
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
    # Slack's bars start at zero: only the distance from 100% tells segments apart
    return float(difference_of(nrr or Fraction(1), Fraction(1)) * 100)  # drawn, not counted with


def _names(digest: Digest, segments: Sequence[DigestSegment]) -> list[str]:
    names = [segment_name(digest, segment.value) for segment in segments]
    short = [shortened(name, LONGEST_NAME) for name in names]
    if len(set(short)) == len(short):
        return short
    # Slack refuses two categories of one name: numbers tell them apart
    return [shortened(f"{number}. {name}", LONGEST_NAME) for number, name in enumerate(names, 1)]
