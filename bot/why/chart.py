"""The picture of an explanation: from NRR before to NRR now, component by component."""

from dataclasses import replace
from fractions import Fraction

from bot.charts.lettering import drawable
from bot.charts.picture import png
from bot.charts.values import Caption, Level, Step, Tone, Waterfall
from bot.findings.changes import ShownChange, component_words, shown_change
from bot.style.differences import as_shown
from bot.style.figures import bare_points, percent, points
from bot.style.names import safe_name, scope_name, short_period, shortened
from bot.style.pictures import MAX_ALT_TEXT
from bot.why.explanation import Explanation
from bot.why.wording import headline
from storage.delivery.parcels import Picture

NAME_IN_TITLE = 24


def explanation_picture(explanation: Explanation, *, source: str = "") -> Picture | None:
    """Draw an explanation, with its words; None where no part moved, or nothing is known."""
    chart = explanation_chart(explanation, source=source)
    return None if chart is None else Picture(png(chart), explanation_alt_text(explanation))


def explanation_chart(explanation: Explanation, *, source: str = "") -> Waterfall | None:
    """Chart the parts that the sentences name; None where there are none."""
    change = explanation.change
    if change is None or not (steps := _steps(shown_change(change))):
        return None
    sides = explanation.sides
    return Waterfall(
        caption=Caption(
            title=headline(_drawable(explanation)),
            subtitle="Points of NRR, by what its accounts did differently",
            source=source,
        ),
        opening=_level(short_period(sides.before_period, beside=sides.period), change.before),
        steps=steps,
        closing=_level(short_period(sides.period), change.after),
    )


def explanation_alt_text(explanation: Explanation) -> str:
    """Describe the picture with its figures, at most 1,000 characters."""
    said, change = headline(explanation), explanation.change
    if change is None:
        return shortened(said, MAX_ALT_TEXT)
    steps = (f"{step.name.lower()} {points(step.change)}" for step in _steps(shown_change(change)))
    ends = f"{percent(change.before)} before, {', '.join(steps)}, {percent(change.after)} after"
    return shortened(f"{said}. Waterfall chart of NRR: {ends}.", MAX_ALT_TEXT)


def _steps(shown: ShownChange) -> tuple[Step, ...]:
    """List the components that moved NRR, the largest first, and the mix last."""
    parts = sorted(shown.by_component.items(), key=lambda item: -abs(item[1]))
    moved = [
        (component_words(component, effect).rpartition(" ")[0], effect)
        for component, effect in parts
        if effect
    ]
    if shown.mix:
        moved.append(("mix", shown.mix))
    return tuple(
        Step(
            name=name.capitalize(),
            change=effect,
            label=bare_points(effect),
            tone=Tone.GAIN if effect > 0 else Tone.LOSS,
        )
        for name, effect in moved
    )


def _level(name: str, ratio: Fraction) -> Level:
    return Level(name=name, ratio=as_shown(ratio), label=percent(ratio))


def _drawable(explanation: Explanation) -> Explanation:
    scope = explanation.question.scope
    if not scope:
        return explanation
    name = safe_name(drawable(scope_name(scope)) or "this segment", longest=NAME_IN_TITLE)
    return replace(
        explanation, question=replace(explanation.question, scope=((scope[0][0], name),))
    )
