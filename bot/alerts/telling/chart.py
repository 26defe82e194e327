"""An alert's picture: the ratio of two years, its level, and the month that it is about."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from bot.alerts.telling.details import AlertMessage, NoticeDetails
from bot.alerts.telling.wording.titles import alert_alt_text, subtitle, title
from bot.charts.lettering import drawable
from bot.charts.picture import png
from bot.charts.values import Caption, Chart, Empty, Line, Lines, ReferenceLevel, Spot, Tone
from bot.questions.typed_figures import exact_percent
from bot.style.figures import NO_BASE, percent
from bot.style.names import safe_name
from bot.style.ratios import stretch_label
from metrics.alerts.rules import RuleKind
from storage.delivery.parcels import Picture

FEWEST = 2  # one point is no line
NEXT_TO_IT = 2  # points: nearer to the last one, a name would lie on its line
NAME_IN_TITLE = 24
HEIGHT = 2.0  # inches: a message with two more alerts beneath it has to fit on a screen


def alert_pictures(message: AlertMessage) -> list[Picture]:
    """Return the picture of the worst alert; none where there is nothing to see."""
    worst = message.notices[0]
    known = [point for point in worst.figures.history if point.value is not None]
    return [alert_picture(worst)] if len(known) >= FEWEST else []


def alert_picture(details: NoticeDetails, *, source: str = "") -> Picture:
    """Return the chart of one alert, and what it shows in words.

    ``source`` is the small print of a picture that stands alone, in a file.
    """
    return Picture(png(alert_chart(details, source=source)), alert_alt_text(details))


def alert_chart(details: NoticeDetails, *, source: str = "") -> Chart:
    """Chart the ratio up to the alert's month, and the level that it was held against.

    A month without figures is a gap.
    """
    name = _drawable_name(details)
    named = replace(details, rule=details.rule.over((("segment", name),))) if name else details
    caption = Caption(title=title(named), subtitle=subtitle(named), source=source)
    course = details.figures.history
    if not any(point.value is not None for point in course):
        return Empty(caption=caption, reason=NO_BASE)
    return Lines(
        caption=caption,
        months=tuple(stretch_label(details.rule.window, point.month) for point in course),
        lines=(_course(details),),
        has_par=False,
        marks=tuple(_marks(details)),
        spots=tuple(_spots(details)),
        band=_usual_range(details),
        height=HEIGHT,
    )


def _drawable_name(details: NoticeDetails) -> str | None:
    if not details.rule.scope:
        return None
    # A name in letters that the font lacks would be drawn as boxes.
    values = (drawable(value) or "(unnamed)" for _, value in details.rule.scope)
    return safe_name(" · ".join(values), longest=NAME_IN_TITLE)


def _course(details: NoticeDetails) -> Line:
    last = details.figures.history[-1]
    so_far = " so far" if details.is_provisional else ""
    name = f"{stretch_label(details.rule.window, last.month)}{so_far}"
    return Line(
        name=name if last.value is not None else "",
        ratios=tuple(point.value for point in details.figures.history),
        label=percent(last.value) if last.value is not None else "",
        is_whole=True,
    )


def _spots(details: NoticeDetails) -> Iterator[Spot]:
    course = details.figures.history
    last, tone = len(course) - 1, Tone.LOSS if details.is_live else Tone.GAIN
    if course[-1].value is not None:
        yield Spot(at=last, tone=tone)
    began = last + 1 - details.figures.in_a_row
    if details.is_live and 0 <= began < last - NEXT_TO_IT and course[began].value is not None:
        since = stretch_label(details.rule.window, course[began].month)
        yield Spot(at=began, tone=tone, label=f"since {since}")


def _marks(details: NoticeDetails) -> Iterator[ReferenceLevel]:
    verdict, level = details.verdict, details.level
    yield from _other_ratio(details)
    if level is None or verdict is None or verdict.threshold is None:
        return
    name, ratio = level
    is_floor = verdict.baseline is None
    words = f"floor {exact_percent(ratio)}%" if is_floor else f"{name} {percent(ratio)}"
    yield ReferenceLevel(name=words, ratio=ratio, is_dashed=is_floor)
    if not is_floor:
        fires_at = ratio - verdict.threshold
        yield ReferenceLevel(name=f"alert below {percent(fires_at)}", ratio=fires_at)


def _other_ratio(details: NoticeDetails) -> Iterator[ReferenceLevel]:
    """Yield the other ratio of the same month that the alert is about, if there is one."""
    verdict = details.verdict
    if details.rule.kind is RuleKind.MASKING and details.figures.retention is not None:
        nrr = details.figures.retention.nrr
        if nrr is not None:
            yield ReferenceLevel(name=f"NRR {percent(nrr)}", ratio=nrr, is_level=False)
    elif verdict is not None and verdict.baseline is not None and details.is_of_one_account:
        name = f"without one account {percent(verdict.baseline)}"
        yield ReferenceLevel(name=name, ratio=verdict.baseline, is_level=False)


def _usual_range(details: NoticeDetails) -> tuple[Fraction, Fraction] | None:
    verdict = details.verdict
    if verdict is None or verdict.baseline is None or not verdict.deviation:
        return None
    return verdict.baseline - verdict.deviation, verdict.baseline + verdict.deviation
