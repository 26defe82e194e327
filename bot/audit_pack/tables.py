"""The tables of an audit pack: their columns and rows, as texts that are exact."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.accounts.account_csv import inert
from bot.audit_pack.book import PackBook
from bot.style.document import moment_json, money_json, retention_json
from metrics.period_columns import UnitOutcome
from metrics.segments import NO_VALUE, PRODUCT
from storage.ledger.evidence import AccountEvidence

Cells = Sequence[str | int | None]
FIGURES, COHORT, OUTSIDE = "figures.csv", "cohort.csv", "outside.csv"
BALANCES, MOVEMENTS, TOTALS = "balances.csv", "movements.csv", "totals.csv"
OUTCOMES = {
    UnitOutcome.LOST: "churned",
    UnitOutcome.CONTRACTED: "contracted",
    UnitOutcome.PAUSED: "paused",
    UnitOutcome.NEW: "new",
    UnitOutcome.RETURNING: "returned",
    UnitOutcome.RESUMED: "resumed",
}
EXPANDED, KEPT = "expanded", "kept"
ENDS = ("account_id", "name", "opening_mrr", "closing_mrr", "change_mrr", "currency", "outcome")


@dataclass(frozen=True, slots=True)
class PackTable:
    """A table of a pack; its rows can be read once."""

    columns: Sequence[str]
    rows: Iterable[Cells]


TableOf = Callable[[PackBook], PackTable]


def figures(book: PackBook) -> PackTable:
    """Name the figures, one a row."""
    told, currency = book.figures, book.figures.grounds.currency
    outside = told.outside
    beside = {
        "new": outside.new,
        "returning": outside.returning,
        "resumed": outside.resumed,
        "total_closing_mrr": told.retention.closing + outside.total,
    }
    if told.fx is not None:
        beside["fx_at_close"] = told.fx
    memo = {name: money_json(minor, currency) for name, minor in beside.items()}
    cells = {"currency": currency, **retention_json(told.retention, currency), **memo}
    return PackTable(("figure", "value"), cells.items())


def cohort(book: PackBook) -> PackTable:
    """List the accounts of the opening base, by the attributes that they count under."""
    return _accounts(book, is_inside=True)


def outside(book: PackBook) -> PackTable:
    """List the accounts that pay at the close and did not when the period opened."""
    return _accounts(book, is_inside=False)


def _accounts(book: PackBook, *, is_inside: bool) -> PackTable:
    currency = book.figures.grounds.currency
    dimensions = sorted(set(book.ledger.vocabulary()) - {PRODUCT})
    named = (f"{one} (attribute)" if one in ENDS else one for one in dimensions)

    def rows() -> Iterator[Cells]:
        for one in book.evidence.accounts():
            if (one.opening != 0) is is_inside:
                ends = one.opening, one.closing, one.closing - one.opening
                yield (
                    inert(one.account_id),
                    inert(one.name or ""),
                    *(money_json(minor, currency) for minor in ends),
                    currency,
                    outcome_of(one),
                    *(inert(one.attributes.get(each, NO_VALUE)) for each in dimensions),
                )

    return PackTable((*ENDS, *map(inert, named)), rows())


def outcome_of(one: AccountEvidence) -> str:
    """Name what became of an account between the two ends."""
    if one.outcome in OUTCOMES:
        return OUTCOMES[one.outcome]
    return EXPANDED if one.closing > one.opening else KEPT


def balances(book: PackBook) -> PackTable:
    """List what accounts pay when each month begins, and when the period ends."""
    target = book.figures.grounds.currency

    def rows() -> Iterator[Cells]:
        for day in book.figures.boundaries:
            for one in book.evidence.balances(day):
                book.balances[day, one.currency] += one.amount
                yield (
                    day.isoformat(),
                    inert(one.account_id),
                    inert(one.counts_under),
                    inert(one.product or ""),
                    one.currency,
                    money_json(one.amount, one.currency),
                    money_json(one.worth, target),
                    target,
                )

    columns = ("day", "account_id", "counts_under", "product", "currency", "mrr")
    return PackTable((*columns, "mrr_converted", "converted_to"), rows())


def movements(book: PackBook) -> PackTable:
    """List every row of the period, with the import and the line that it is from."""
    files = {run.id: run for run in book.imports}

    def rows() -> Iterator[Cells]:
        for one in book.evidence.movements():
            book.moved[one.day.replace(day=1), one.currency] += one.amount
            place, origin, run = one.place, one.origin, files[one.origin.import_id]
            yield (
                place.number,
                inert(one.account_id),
                inert(one.counts_under),
                one.day.isoformat(),
                one.kind,
                inert(one.driver or ""),
                inert(one.product or ""),
                money_json(one.amount, one.currency),
                one.currency,
                moment_json(origin.recorded_at),
                *(origin.import_id, inert(run.name), run.sha256, inert(origin.source)),
                *(origin.source_row, inert(origin.movement_id or "")),
                *(place.reverses, place.reversed_by),
                "yes" if place.reverses is None and place.reversed_by is None else "no",
            )

    columns = (
        *("row", "account_id", "counts_under", "date", "kind", "driver", "product", "amount"),
        *("currency", "recorded_at", "import", "file", "file_sha256", "source", "source_row"),
        *("movement_id", "reverses", "reversed_by", "counts"),
    )
    return PackTable(columns, rows())


def totals(book: PackBook) -> PackTable:
    """Hold balances against movements, and against the control totals of the company.

    Its rows are known once balances and movements are written.
    """

    def rows() -> Iterator[Cells]:
        days, is_whole = book.figures.boundaries, not book.figures.scope
        control = {day: book.ledger.totals_at(day) for day in days if is_whole}
        codes = {code for _, code in (*book.balances, *book.moved)}.union(*control.values())
        for day in days:
            for code in sorted(codes):
                yield (
                    *(day.isoformat(), code, money_json(book.balances[day, code], code)),
                    money_json(book.moved[day, code], code) if day < days[-1] else "",
                    money_json(control[day].get(code, 0), code) if is_whole else "",
                )

    return PackTable(("day", "currency", "balances", "moved_in_month", "control"), rows())
