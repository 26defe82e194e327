"""The NRR bridge: opening MRR, the forces that moved it, closing MRR."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.answers.answer import Answer
from bot.answers.wording.pictures import finding
from bot.style.chart import (
    CUT,
    FAINT,
    GAIN,
    INK,
    LEFT,
    TOTAL,
    drawable,
    new_axes,
    rule,
    to_png,
    write,
    write_empty,
)
from bot.style.differences import moves_of
from bot.style.figures import NO_BASE, percent, points, short_money, short_parts
from bot.style.grounds import footer
from bot.style.names import scope_name, shortened

BAR_WIDTH = 0.62
HEADROOM = 1.2  # of the highest bar: two lines of label stand above it
MAX_WORD = 32  # a longer word is wider than the picture, and words are not parted
THIS_SEGMENT = "this segment"
FORCES = (("Expansion", GAIN), ("Contraction", CUT), ("Churn", LEFT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One bar, from the level before it to the level after it, in minor units.

    ``label`` is written over it.
    """

    name: str
    before: int
    after: int
    label: str
    colour: str

    @property
    def low(self) -> int:
        """The lower end of the bar, whichever way it goes."""
        return min(self.before, self.after)

    @property
    def high(self) -> int:
        """The upper end of the bar."""
        return max(self.before, self.after)


def bridge_png(answer: Answer) -> bytes:
    """Draw the bridge of an answer as PNG bytes."""
    return to_png(draw_bridge(answer))


def draw_bridge(answer: Answer) -> Figure:
    """Draw a waterfall from opening to closing MRR; its title says which force won."""
    title = finding(answer, _name(answer))
    unit = answer.unit
    subtitle = f"{unit.name} in {unit.currency}; points are shares of opening {unit.name}"
    figure, axes = new_axes(title, subtitle, footer(answer.grounds))
    if answer.retention.nrr is None:
        write_empty(axes, NO_BASE)
    else:
        _draw(axes, steps(answer), answer.unit.currency)
    return figure


def steps(answer: Answer) -> tuple[Step, ...]:
    """List the bars of the bridge from left to right."""
    terms, name = answer.retention, answer.unit.name
    changes = (terms.expansion, -terms.contraction, -terms.churn)
    shares = moves_of(terms) or (Fraction(0),) * len(changes)
    levels = [answer.unit.minor(level) for level in accumulate(changes, initial=terms.opening)]
    forces = zip(FORCES, changes, shares, pairwise(levels), strict=True)
    return (
        _level(f"Opening {name}", levels[0], _level_label(answer, terms.opening)),
        *(
            Step(
                name=force,
                before=before,
                after=after,
                label=_change_label(answer, change, share),
                colour=colour,
            )
            for (force, colour), change, share, (before, after) in forces
        ),
        _level(f"Closing {name}", levels[-1], _level_label(answer, terms.closing)),
    )


def _name(answer: Answer) -> str:
    name = drawable(scope_name(answer.question.scope)) or THIS_SEGMENT
    return " ".join(shortened(word, MAX_WORD) for word in name.split())


def _level(name: str, level: int, label: str) -> Step:
    return Step(name=name, before=0, after=level, label=label, colour=TOTAL)


def _level_label(answer: Answer, level: int) -> str:
    [money] = short_parts([answer.unit.minor(level)], answer.unit.currency)
    return f"{money}\n{percent(answer.retention.share_of_opening(level))}"


def _change_label(answer: Answer, change: int, share: Fraction) -> str:
    money = short_money(answer.unit.minor(change), answer.unit.currency)
    return f"{'+' if change > 0 else ''}{money}\n{points(share)}"


def _draw(axes: Axes, bars: tuple[Step, ...], currency: str) -> None:
    places = range(len(bars))
    axes.bar(
        places,
        [float(bar.high - bar.low) for bar in bars],  # money is a float only where it is drawn
        BAR_WIDTH,
        [float(bar.low) for bar in bars],
        color=[bar.colour for bar in bars],
        edgecolor=[bar.colour if bar.low < bar.high else FAINT for bar in bars],
        linewidth=0.9,  # a small change stays a line, and none continues the connector
    )
    axes.set_xticks(places, [bar.name for bar in bars])
    for place, bar in zip(places, bars, strict=True):
        _write_over(axes, place, bar)
    _connect(axes, [bar.after for bar in bars[:-1]])  # levels are read without the axis
    _scale(axes, max(bar.high for bar in bars), currency)


def _write_over(axes: Axes, place: int, bar: Step) -> None:
    label = axes.annotate(
        bar.label,
        (place, float(bar.high)),
        xytext=(0, 5),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=10,
        linespacing=1.35,
        color=INK,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},  # over the grid's lines
    )
    write(label)


def _connect(axes: Axes, levels: Sequence[int]) -> None:
    half = BAR_WIDTH / 2
    for place, level in enumerate(levels):
        axes.hlines(float(level), place + half, place + 1 - half, color=FAINT, linewidth=0.9)


def _scale(axes: Axes, highest: int, currency: str) -> None:
    axes.set_ylim(0, highest * HEADROOM)
    # No mark beside the labels, which reach above the highest bar.
    marks = [mark for mark in MaxNLocator(nbins=5).tick_values(0, highest) if mark <= highest]
    rule(axes, marks, [short_money(round(mark), currency) for mark in marks])
    for text in axes.get_xticklabels():
        write(text)
