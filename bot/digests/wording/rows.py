"""Tables of a digest: a row for each segment, and for each account that moved NRR."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from bot.digests.digest import Digest, DigestSegment
from bot.digests.wording.sentences import FEW_ACCOUNTS, is_small, segment_name, split_name, who
from bot.style.differences import change_of, parts_of
from bot.style.figures import NOT_DEFINED, percent, points, short_parts
from bot.style.grid import Cells, Grid, LabelledText
from bot.style.names import dimension_name, safe_name
from bot.trends.trend import TrendSeries
from bot.trends.wording.sentences import month_of, sparkline, window_name
from metrics.rollup import total
from metrics.segments import NO_VALUE
from storage.ledger.account_changes import AccountChange


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDetail:
    """Rows of a digest that are shown; segments beyond them are one row together."""

    segments: int = 12
    changes: int = 3


FULL = DigestDetail()


def segment_grid(digest: Digest, detail: DigestDetail = FULL) -> Grid:
    """Return the table of the scope and its segments."""
    rows = tuple(_rows(digest, detail))
    whole, *parts = (segment.retention.opening for segment, _ in rows)
    openings = [short_parts(of, digest.answer.grounds.currency) for of in ([whole], parts)]
    course = (window_name(digest.body.trend),) if digest.body.trend else ()
    return Grid(
        title=_title(digest),
        # NRR, its change and its course come first: a phone shows no more without scrolling
        header=(*_head(digest)[:3], *course, "GRR", "Share", "Opening"),
        rows=tuple(
            (
                *row[:3],
                *(_spark(segment) for _ in course),
                *row[3:],
                opening,
            )
            for (segment, row), opening in zip(rows, chain(*openings), strict=True)
        ),
        named=True,
    )


def figure_grid(digest: Digest, detail: DigestDetail = FULL) -> Grid:
    """Return the table of segments without pictures and to the cent, for screen readers."""
    return Grid(
        title=_title(digest),
        header=_head(digest),
        rows=tuple(
            (*row, digest.answer.unit.amount(segment.retention.opening))
            for segment, row in _rows(digest, detail)
        ),
        named=True,
    )


def course_lines(digest: Digest, detail: DigestDetail = FULL) -> tuple[LabelledText, ...]:
    """Return the figures behind each line of bars, the oldest first."""
    if digest.body.trend is None:
        return ()
    name = window_name(digest.body.trend)
    return tuple(
        LabelledText(
            f"{segment_name(digest, segment.value)}, {name}, {_span(course)}:", _course(course)
        )
        for segment in shown(digest, detail)
        if (course := segment.course)
    )


def change_grid(digest: Digest, detail: DigestDetail = FULL) -> Grid | None:
    """Return the table of gains and losses; None where there is none, or none is told apart."""
    changes = digest.body.changes
    if changes is None or not (changes.gains or changes.losses):
        return None
    most = detail.changes
    return Grid(
        title="What drove it: the largest gains and losses",
        header=("Account", "Change", "Of opening MRR"),
        rows=tuple(
            _change_row(digest, change)
            for change in (*changes.gains[:most], *changes.losses[:most])
        ),
    )


def shown(digest: Digest, detail: DigestDetail = FULL) -> tuple[DigestSegment, ...]:
    """Return the segments that have a row of their own: the whole scope, and the largest."""
    return (digest.whole, *digest.segments[: detail.segments])


def _title(digest: Digest) -> str:
    if digest.dimension is None:
        return who(digest)
    return f"{who(digest)} by {dimension_name(digest.dimension)}"


def _head(digest: Digest) -> Cells:
    return (split_name(digest), "NRR", "Change", "GRR", "Share of opening", "Opening MRR")


def _rows(digest: Digest, detail: DigestDetail) -> Iterable[tuple[DigestSegment, Cells]]:
    listed = [(_name(digest, segment), segment) for segment in digest.segments[: detail.segments]]
    if rest := digest.segments[detail.segments :]:
        listed.append((f"and {len(rest):,} more, together", _together(rest)))
    weights = [segment.weight or Fraction(0) for _, segment in listed]
    shares = parts_of(sum(weights, start=Fraction(0)), weights)
    yield digest.whole, _row(_name(digest, digest.whole), digest.whole, digest.whole.weight)
    for (name, segment), share in zip(listed, shares, strict=True):
        yield segment, _row(name, segment, share)


def _together(segments: tuple[DigestSegment, ...]) -> DigestSegment:
    return DigestSegment(
        retention=total(segment.retention for segment in segments),
        weight=sum((segment.weight or Fraction(0) for segment in segments), start=Fraction(0)),
        before=total(segment.before for segment in segments if segment.before),
        course=None,  # ratios of segments do not add up
    )


def _row(name: str, segment: DigestSegment, share: Fraction | None) -> Cells:
    found, before = segment.retention, segment.before
    moved = change_of(found.nrr, before.nrr if before else None) or NOT_DEFINED
    return name, percent(found.nrr), moved, percent(found.grr), percent(share)


def _name(digest: Digest, segment: DigestSegment) -> str:
    name = segment_name(digest, segment.value)
    return f"{name}, {FEW_ACCOUNTS}" if is_small(segment.retention.accounts_opening) else name


def _spark(segment: DigestSegment) -> str:
    return sparkline(segment.course) if segment.course else NOT_DEFINED


def _span(course: TrendSeries) -> str:
    first, last = (month_of(point.period) for point in (course.points[0], course.points[-1]))
    return f"{first} to {last}"


def _course(course: TrendSeries) -> str:
    return ", ".join(percent(point.retention.nrr) for point in course.points)


def _change_row(digest: Digest, account: AccountChange) -> Cells:
    share = digest.answer.retention.share_of_opening(account.change) or Fraction(0)
    return (
        _account_name(digest, account) + _ending(account),
        digest.answer.unit.signed_amount(account.change),
        points(share),
    )


def _ending(account: AccountChange) -> str:
    if account.closing:
        return ""
    return ", paused" if account.is_paused else ", left"


def _account_name(digest: Digest, account: AccountChange) -> str:
    segment = digest.segment_of(account)
    if not digest.may_name(account):
        return "one account" if segment in (None, NO_VALUE) else f"one {safe_name(segment)} account"
    name = safe_name(account.name or account.account_id)
    return name if segment is None else f"{name}, {safe_name(segment)}"
