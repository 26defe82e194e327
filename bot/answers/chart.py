"""The pictures of an answer: the bridge from opening to closing, or the values of its split."""

from fractions import Fraction

from bot.answers.answer import Answer
from bot.answers.wording.pictures import (
    FORCES,
    NAME_IN_TITLE,
    Contribution,
    answer_alt_text,
    bridge_alt_text,
    finding,
    has_split,
    moved_money,
    opening_words,
    rows_of,
    split_finding,
)
from bot.charts.lettering import drawable
from bot.charts.picture import png
from bot.charts.values import Bar, Bars, Caption, Chart, Empty, Level, Step, Tone, Waterfall
from bot.style.differences import difference_of, moves_of
from bot.style.figures import NO_BASE, bare_points, percent
from bot.style.names import capitalised, dimension_name, safe_name, scope_name
from storage.delivery.parcels import Picture

TONES = (Tone.GAIN, Tone.CUT, Tone.LOSS)
THIS_SEGMENT = "this segment"
MOST_DIGITS = 11


def answer_picture(answer: Answer, *, source: str = "") -> Picture:
    """Draw what an answer is about, with its words; ``source`` is for a picture alone in a file."""
    chart = split if has_split(answer) else bridge
    return Picture(png(chart(answer, source=source)), answer_alt_text(answer))


def bridge_picture(answer: Answer, *, source: str = "") -> Picture:
    """Draw the bridge of an answer, with its words."""
    return Picture(png(bridge(answer, source=source)), bridge_alt_text(answer))


def bridge(answer: Answer, *, source: str = "") -> Chart:
    """Chart the moves from opening to closing MRR in points; the title says which force won."""
    terms, moves = answer.retention, moves_of(answer.retention)
    caption = Caption(
        title=finding(answer, _in_title),
        subtitle=f"Points of {opening_words(answer)}",
        source=source,
    )
    if moves is None or terms.nrr is None:
        return Empty(caption=caption, reason=NO_BASE)
    forces = zip(FORCES, TONES, moves, moved_money(answer), strict=True)
    return Waterfall(
        caption=caption,
        opening=Level(name="Opening", ratio=Fraction(1), label="100%"),
        steps=tuple(
            Step(
                name=name,
                change=move,
                label=_brief(bare_points(move)),
                tone=tone,
                note=money if move else "",
            )
            for name, tone, move, money in forces
        ),
        closing=Level(name="Closing", ratio=terms.nrr, label=_brief(percent(terms.nrr))),
    )


def split(answer: Answer, *, source: str = "") -> Chart:
    """Chart NRR of each value beside the points of the whole, the largest cost first."""
    rows = [_row(place, one) for place, one in enumerate(rows_of(answer), 1)]
    return Bars(
        caption=Caption(
            title=split_finding(answer, _in_title),
            subtitle=f"NRR of each {dimension_name(answer.breakdown[0].dimension)};"
            f" points of {opening_words(answer)}",
            source=source,
        ),
        rows=(*rows, _whole(answer)),
        middle="100%",
        head="points",
    )


def _row(place: int, one: Contribution) -> Bar:
    return Bar(
        name=drawable(one.name) or f"no. {place}",
        distance=None if one.nrr is None else one.nrr - 1,
        label="" if one.nrr is None else percent(one.nrr),
        note=bare_points(one.points),
    )


def _whole(answer: Answer) -> Bar:
    nrr = answer.retention.nrr or Fraction(1)
    name = drawable(scope_name(answer.question.scope)) or THIS_SEGMENT
    return Bar(
        name=capitalised(name) if not answer.question.scope else name,
        distance=nrr - 1,
        label=percent(nrr),
        note=bare_points(difference_of(nrr, Fraction(1))),
        is_total=True,
    )


def _brief(words: str) -> str:
    """Keep a figure that is as wide as its bar; one that is not is told in the message."""
    return words if len(words) <= MOST_DIGITS else "very large"


def _in_title(name: str) -> str:
    return safe_name(drawable(name) or THIS_SEGMENT, longest=NAME_IN_TITLE)
