"""A change of NRR and its exact parts as JSON: shares, where 0.01 is a point."""

from collections.abc import Mapping
from fractions import Fraction

from bot.style.document import Json, ratio_json
from metrics.change import Change, Component, SegmentChange


def change_json(change: Change, dimension: str | None) -> Json:
    """Convert a change; ``segments`` is empty where nothing is split."""
    return {
        "before": ratio_json(change.before),
        "after": ratio_json(change.after),
        "total": ratio_json(change.total),
        **_components(change.by_component),
        "mix": ratio_json(change.mix),
        "reversed": change.is_reversed,
        "dimension": dimension,
        "segments": [_segment(one) for one in change.segments] if dimension else [],
    }


def _segment(part: SegmentChange) -> Json:
    return {
        "value": part.value,
        "total": ratio_json(part.total),
        "rate": ratio_json(part.rate),
        **_components(part.by_component),
        "mix": ratio_json(part.mix),
        "own_change": ratio_json(part.own_change),
    }


def _components(parts: Mapping[Component, Fraction]) -> Json:
    return {component: ratio_json(effect) for component, effect in parts.items()}
