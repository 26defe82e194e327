"""The picture: what one period by segment costs, against the number of accounts."""

from collections import defaultdict
from collections.abc import Sequence
from math import ceil, floor, log10
from pathlib import Path

from matplotlib.axes import Axes

from benchmarks.results import Cost
from bot.charts.lettering import write
from bot.charts.picture import as_png
from bot.charts.sheet import COLOURS as TONES
from bot.charts.sheet import FAINT, GRID, INK, Margins, Sheet, strip
from bot.charts.values import Caption, Tone

Line = list[tuple[int, float]]
OURS, FIRST = "columns", "first version's statement"
COLOURS = {
    OURS: TONES[Tone.GAIN],
    FIRST: TONES[Tone.LOSS],
    "pandas": TONES[Tone.CUT],
    "DuckDB on balances": INK,
    "mrr-playbook": TONES[Tone.TOTAL],
    "physical limit": FAINT,
}
STYLES = {"physical limit": ":"}
ROOM_FOR_LABELS = 0.7
"""Of the width of the lines, right of them."""
HEIGHT = 3.8  # inches
CLOSEST = 0.06
"""Labels nearer to each other than this part of the height would overlap."""


def draw_costs(costs: Sequence[Cost], path: Path, *, engine: str) -> None:
    """Draw a line for each contender on one database, labelled at its end, and write a PNG."""
    lines = _lines(costs, engine)
    if not lines:
        return
    caption = Caption(
        title=_finding(lines),
        subtitle=f"Milliseconds for one period by segment, {engine}; both axes are logarithmic",
        source="benchmarks/RESULTS.md: medians of one interleaved run; mrr-playbook without its"
        " build",
    )
    sheet = Sheet.headed(caption, height=HEIGHT)
    axes = sheet.axes(Margins(left=0.6, bottom=0.5))
    strip(axes)
    for name, line in lines.items():
        _draw(axes, name, line)
    _scale(axes, lines)
    _label(axes, lines)
    path.write_bytes(as_png(sheet.figure))


def _lines(costs: Sequence[Cost], engine: str) -> dict[str, Line]:
    found: defaultdict[str, Line] = defaultdict(list)
    for cost in costs:
        name, _, database = cost.contender.partition(", ")
        if name in COLOURS and database in ("", engine):
            found[name].append((cost.accounts, cost.seconds * 1000))
    # Who needs no database has a turn beside each: what counts is the one beside the first.
    return {name: sorted(dict(reversed(line)).items()) for name, line in found.items()}


def _finding(lines: dict[str, Line]) -> str:
    if not {OURS, FIRST} <= lines.keys():
        return "What one period costs"
    (accounts, ours), (_, theirs) = lines[OURS][-1], lines[FIRST][-1]
    times = f"{theirs / ours:,.0f} times faster than the first version's statement"
    return f"At {accounts:,} accounts columns answer {times}"


def _draw(axes: Axes, name: str, line: Line) -> None:
    accounts, milliseconds = zip(*line, strict=True)
    style = STYLES.get(name, "-")
    axes.plot(accounts, milliseconds, style, marker="o", markersize=4, color=COLOURS[name])


def _label(axes: Axes, lines: dict[str, Line]) -> None:
    """Write each name beside the end of its line, moved up where two would overlap."""
    lowest, highest = axes.get_ylim()
    step, free = (highest / lowest) ** CLOSEST, lowest
    for name, line in sorted(lines.items(), key=lambda item: item[1][-1][1]):
        accounts, milliseconds = line[-1]
        height = max(milliseconds, free)
        label = axes.annotate(
            f"{name} {_short(milliseconds)}",
            (accounts, height),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
            color=INK,
        )
        write(label)
        free = height * step


def _short(milliseconds: float) -> str:
    if milliseconds < 1:
        return f"{milliseconds:.2g} ms"
    if milliseconds < 10:  # noqa: PLR2004 - two digits are enough
        return f"{milliseconds:.1f} ms"
    if milliseconds < 1_000:  # noqa: PLR2004 - of a second
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1_000:.1f} s"


def _scale(axes: Axes, lines: dict[str, Line]) -> None:
    sizes = sorted({accounts for line in lines.values() for accounts, _ in line})
    axes.set_xscale("log")
    axes.set_yscale("log")
    width = max(sizes[-1] / sizes[0], 10.0)
    axes.set_xlim(sizes[0] / width**0.05, sizes[-1] * width**ROOM_FOR_LABELS)
    found = [milliseconds for line in lines.values() for _, milliseconds in line]
    axes.set_ylim(10 ** floor(log10(min(found))), 2 * 10 ** ceil(log10(max(found))))
    axes.set_xticks(sizes, [f"{accounts:,}" for accounts in sizes])
    axes.minorticks_off()
    axes.set_xlabel("accounts", fontsize=9.5, color=FAINT)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.tick_params(axis="y", labelcolor=FAINT)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for text in (*axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label):
        write(text)
