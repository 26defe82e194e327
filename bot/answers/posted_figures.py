"""Figures of a reply that a channel is shown, and those of them that have changed since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.access.visibility import EVERYTHING
from bot.accounts.moves import AccountMoves
from bot.answers.answer import Answer, Reply, ViewReply
from bot.answers.answers import Answers
from bot.answers.reading import Reading
from bot.answers.restatement_causes import cause_of
from bot.answers.small_cohorts import TOGETHER
from bot.comparing.comparison import Comparison
from bot.trends.trend import Trend, TrendSeries
from bot.why.explanation import Explanation
from metrics.periods import Period
from metrics.restatement import is_restated
from metrics.retention import NOTHING, Retention
from metrics.rollup import Scope
from storage.channels import posted_figures
from storage.channels.posted_figures import PostedFigure, ShownFigure
from storage.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """A figure that a channel was shown, and what it is by now: a ratio moved half a point.

    ``cause`` is what most of the change is, such as "late churn"; None where it is not known.
    """

    shown: ShownFigure
    now: PostedFigure
    cause: str | None = None

    @property
    def told(self) -> PostedFigure:
        """The figure as its channel knows it by then: a ratio that moved by less is not told."""
        known = self.shown.figure
        return replace(
            self.now,
            nrr=self.now.nrr if is_restated(known.nrr, self.now.nrr) else known.nrr,
            grr=self.now.grr if is_restated(known.grr, self.now.grr) else known.grr,
        )


def figures_of(reply: Reply) -> tuple[PostedFigure, ...]:
    """List the ratios that a reply shows of periods that are over or measured up to a day.

    Of an answer those of its period and of twelve months, whole and split, or the last of them; of
    a trend the latest of each line; of a change, and of two sides, both; on another basis than the
    usual one none. Values that stand together are left out: others may stand together later.
    """
    if not reply.question.is_on_usual_basis:  # what is watched for restatements is
        return ()
    if isinstance(reply, Trend):
        lines = (_latest(reply, series) for series in reply.series if series.value != TOGETHER)
        return tuple(figure for figure in lines if figure is not None)
    if isinstance(reply, Answer):
        return tuple(_of_answer(reply))
    return tuple(_of_view(reply))


def remember_shared(store: Store, channel_id: str, reply: Reply, *, now: datetime) -> None:
    """Remember the figures of a reply that is in a channel now."""
    with store.write(ledger=False) as session:
        posted_figures.remember(session, channel_id, figures_of(reply), now=now)


def restated_by_now(
    answers: Answers, shown: Iterable[ShownFigure], *, small_shown: bool
) -> tuple[Restated, ...]:
    """List the shown figures that have changed by half a point or more.

    Parameters
    ----------
    small_shown : bool
        Whether small groups are shown apart: else the values of a split of which one must not be
        shown by now are left out, since the others would give it away.
    """
    shown = tuple(shown)
    if not shown:
        return ()
    with answers.reading() as reading:
        version = reading.ledger.state().data_version
        found = [
            (one, reading.ledger.retention(one.figure.start, one.figure.end, one.figure.scope))
            for one in shown
        ]
        small_shown = small_shown or answers.shows_small_groups()
        hidden = {_split(one) for one in shown if not small_shown and _is_hidden(reading, one)}
    moved = [
        (one, now)
        for one, now in found
        if _split(one) not in hidden and _has_moved(one.figure, now)
    ]
    return tuple(
        Restated(
            shown=one,
            now=replace(one.figure, nrr=now.nrr, grr=now.grr, data_version=version),
            cause=cause_of(answers, one, now),
        )
        for one, now in moved
    )


def _of_answer(answer: Answer) -> Iterator[PostedFigure]:
    scope, beside = answer.question.scope, answer.comparisons
    figure = partial(figure_of, data_version=answer.grounds.data_version)
    yield figure(scope, answer.period, answer.retention)
    for part in answer.parts:
        if part.value == TOGETHER:
            continue
        within = _within(scope, part.dimension, part.value)
        if part.retention != NOTHING:
            yield figure(within, answer.period, part.retention)
        if beside.trailing is not None and part.year is not None:
            yield figure(within, beside.trailing.period, part.year)
    for other in (beside.trailing, beside.latest_month):
        if other is not None:
            yield figure(scope, other.period, other.retention)


def _of_view(view: ViewReply) -> Iterator[PostedFigure]:
    figure = partial(figure_of, data_version=view.grounds.data_version)
    match view:
        case Explanation(sides=sides):
            scope = view.question.scope
            yield figure(scope, sides.period, sides.now)
            if sides.before is not None:
                yield figure(scope, sides.before_period, sides.before)
        case Comparison():
            for side in (view.left, view.right):
                if not side.is_rest:  # it is no scope that can be measured again by itself
                    yield figure(side.scope, side.period, side.retention)
        case AccountMoves():
            yield figure(view.question.scope, view.question.period, view.retention)


def _latest(trend: Trend, series: TrendSeries) -> PostedFigure | None:
    if series.latest is None:
        return None
    scope, version = trend.question.scope, trend.grounds.data_version
    if series.dimension is not None and series.value is not None:
        scope = _within(scope, series.dimension, series.value)
    return figure_of(scope, series.latest.period, series.latest.retention, data_version=version)


def figure_of(
    scope: Scope, period: Period, retention: Retention, *, data_version: int
) -> PostedFigure:
    """Make the figure of a scope and period as a channel is shown it."""
    return PostedFigure(
        scope=scope,
        start=period.start,
        end=period.measured_end,
        label=_label(period),
        nrr=retention.nrr,
        grr=retention.grr,
        data_version=data_version,
    )


def _label(period: Period) -> str:
    # Kept for years, and compared: not in the words that people read.
    is_marked = period.complete or period.is_to_date
    return period.label if is_marked else f"{period.label} to date"


def _within(scope: Scope, dimension: str, value: str) -> Scope:
    return tuple({**dict(scope), dimension: value}.items())


def _is_hidden(reading: Reading, one: ShownFigure) -> bool:
    figure = one.figure
    if not figure.start.day == figure.end.day == 1:  # posted when days might be shown, too
        return True
    cohorts = reading.cohorts(EVERYTHING.scopes, figure.start, figure.end)
    return not cohorts.opening.may_show(figure.scope)


def _has_moved(before: PostedFigure, now: Retention) -> bool:
    return is_restated(before.nrr, now.nrr) or is_restated(before.grr, now.grr)


def _split(one: ShownFigure) -> tuple[object, ...]:
    figure = one.figure
    return figure.start, figure.end, tuple(sorted(dimension for dimension, _ in figure.scope))
