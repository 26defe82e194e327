"""Tables of what figures rest on beside the ledger's rows: imports, posts, settings, the trail."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bot.accounts.account_csv import inert
from bot.audit_pack.book import PackBook
from bot.audit_pack.tables import Cells, PackTable
from bot.config import Settings
from bot.style.document import moment_json, ratio_json
from metrics.money import minor_digits, round_half_up
from metrics.restatement import is_restated
from metrics.retention import Retention
from metrics.rollup import Scope
from storage.access.audit import COLUMNS
from storage.channels.posted_figures import PostedFigure
from storage.tables.scopes import scope_text

IMPORTS, POSTED, RATES = "imports.csv", "posted.csv", "rates.csv"
SETTINGS, TRAIL = "settings.csv", "audit_trail.csv"
DECIDING = (
    *("nrrbot_time_zone", "nrrbot_fiscal_year_start", "nrrbot_main_dimension", "nrrbot_currency"),
    *("nrrbot_acv_tiers", "nrrbot_high_value_percent", "nrrbot_long_tail_percent"),
)
"""The settings that decide figures; none is a secret."""
_PLACES = 10


def imports(book: PackBook) -> PackTable:
    """List every import, of this period or not: reversals name what they take back."""

    def rows() -> Iterator[Cells]:
        for run in book.imports:
            yield (
                *(run.id, run.kind, inert(run.name), inert(run.source), run.sha256),
                *(run.rows, run.findings, moment_json(run.started_at)),
                *(moment_json(run.finished_at), run.data_version),
                *(_day(run.closed_through), _day(run.covered_through), run.reverses),
            )

    columns = (
        *("import", "kind", "file", "source", "sha256", "rows", "findings", "started_at"),
        *("finished_at", "data_version", "closed_before", "covered_before", "reverses"),
    )
    return PackTable(columns, rows())


def posted(book: PackBook) -> PackTable:
    """List what was posted of periods that end in this one, beside what it is by now."""

    def rows() -> Iterator[Cells]:
        known: dict[tuple[Scope, date, date], Retention] = {}
        for record in book.posted:
            figure, at = record.shown.figure, record.shown.posted_at
            key = figure.scope, figure.start, figure.end
            if key not in known:
                known[key] = book.ledger.retention(figure.start, figure.end, figure.scope)
            yield (
                "" if at is None else moment_json(at),
                *(record.shown.channel_id, record.state, inert(scope_text(figure.scope))),
                *(inert(figure.label), figure.start.isoformat(), figure.end.isoformat()),
                *(figure.data_version, *_beside(figure, known[key])),
            )

    columns = (
        *("posted_at", "channel", "state", "scope", "period", "start", "end_before"),
        *("data_version", "nrr_posted", "nrr_now", "nrr_change"),
        *("grr_posted", "grr_now", "grr_change", "restated"),
    )
    return PackTable(columns, rows())


def _beside(figure: PostedFigure, now: Retention) -> Cells:
    is_other = is_restated(figure.nrr, now.nrr) or is_restated(figure.grr, now.grr)
    ratios = (*_ratios(figure.nrr, now.nrr), *_ratios(figure.grr, now.grr))
    return (*ratios, "yes" if is_other else "no")


def _ratios(then: Fraction | None, now: Fraction | None) -> tuple[str, str, str]:
    shown = [ratio_json(one) or "" for one in (then, now)]
    # Of the two as they are shown, so that whoever subtracts them comes to it.
    change = f"{Decimal(shown[1]) - Decimal(shown[0]):f}" if all(shown) else ""
    return shown[0], shown[1], change


def rates(book: PackBook) -> PackTable:
    """List the exchange rates of the period's two ends, rounded and exactly."""

    def rows() -> Iterator[Cells]:
        for one in book.evidence.rates():
            digits = minor_digits(one.currency) - minor_digits(one.target)
            rate = one.factor * Fraction(10) ** digits
            shown = f"{round_half_up(rate, _PLACES):f}"
            yield one.day.isoformat(), one.currency, one.target, shown, str(rate)

    return PackTable(("day", "currency", "into", "rate", "exactly"), rows())


def settings(book: PackBook) -> PackTable:
    """List the settings that decide figures."""

    def rows() -> Iterator[Cells]:
        for name in DECIDING:
            value, usual = (getattr(one, name) for one in (book.settings, _DEFAULTS))
            yield name.upper(), inert(_text(value)), "yes" if value == usual else "no"

    return PackTable(("setting", "value", "is_default"), rows())


def trail(book: PackBook) -> PackTable:
    """List the audit's entries of the period, as `nrrbot audit export` writes them."""
    rows = (tuple(link.document().values()) for link in book.trail)
    return PackTable(COLUMNS, rows)


_DEFAULTS = Settings.model_construct()


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
