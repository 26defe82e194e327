"""The words of the outlook: NRR if nothing else moves, and what that consists of."""

from fractions import Fraction

from bot.findings.reasons import reason_name
from bot.outlook.outlook import Outlook
from bot.style.differences import as_shown, difference_of, parts_of
from bot.style.figures import bare_points, percent
from bot.style.grid import Cells, Grid
from bot.style.names import capitalised, day_words, plural, scope_name
from metrics.movements import MovementKind
from metrics.outlook import ENDS, NOTICE, Reason
from metrics.period_grammar import ONE_DAY

_KINDS = {
    MovementKind.EXPANSION: "expansion",
    MovementKind.CONTRACTION: "contraction",
    MovementKind.CHURN: "churn",
}
_ENDS = {NOTICE: "notice given", ENDS: "term ends, no renewal signed"}


def headline(outlook: Outlook) -> str:
    """Write NRR and GRR of the days ahead if nothing else moves."""
    scope, retention = outlook.question.scope, outlook.known.retention
    of = f" · {scope_name(scope)}" if scope else ""
    last = outlook.end - ONE_DAY
    until = f"by {day_words(last)}"
    if retention.nrr is None:
        return f"Nobody pays now who could change {until}{of}"
    ratios = f"NRR {percent(retention.nrr)} · GRR {percent(retention.grr)}"
    return f"{ratios} {until} if nothing else moves{of}"


def finding(outlook: Outlook) -> str:
    """Say what is known to be lost and gained."""
    retention = outlook.known.retention
    if not outlook.known.parts:
        return "No signed change, notice or dated row touches what is paid now."
    lost, gained = retention.contraction + retention.churn, retention.expansion
    losses = (
        f"{outlook.unit.short(lost)} is known to be lost" if lost else "nothing is known to be lost"
    )
    gains = f"{outlook.unit.short(gained)} to be added" if gained else "nothing to be added"
    said = f"{capitalised(losses)}, {gains}"
    return (
        f"{said}, of {outlook.unit.short(retention.opening)} {outlook.unit.name} that is paid now."
    )


def renewed_line(outlook: Outlook) -> str | None:
    """Say what NRR is with the terms renewed that end; None where none ends so."""
    known = outlook.known
    if not has_open_ends(outlook):
        return None
    ends = known.parts.get((MovementKind.CHURN, ENDS)) or next(
        part for (_, driver), part in known.parts.items() if driver == ENDS
    )
    nrr, grr = percent(known.if_renewed.nrr), percent(known.if_renewed.grr)
    return (
        f"Terms with {outlook.unit.short(-ends.minor)} end and may still be renewed: if all of them"
        f" are, as they are, NRR is {nrr} and GRR {grr}."
    )


def has_open_ends(outlook: Outlook) -> bool:
    """Tell whether terms end that nobody gave notice of: they may still be renewed."""
    return any(driver == ENDS for _, driver in outlook.known.parts)


def arriving_line(outlook: Outlook) -> str | None:
    """Say what begins that is no part of NRR."""
    arriving = outlook.known.arriving
    if not arriving.accounts:
        return None
    who = plural(arriving.accounts, "account")
    return f"Outside NRR, {who} with {outlook.unit.short(arriving.minor)} will begin to pay."


def reading_line(outlook: Outlook) -> str:
    """Say what the base is, and that nothing is forecast."""
    last = outlook.day - ONE_DAY
    return (
        f"Base: what was paid on {day_words(last)}. Nothing is forecast: only signed changes,"
        " notices and rows dated ahead count."
    )


def part_grid(outlook: Outlook) -> Grid:
    """Lay out what NRR consists of, in points that add up to it as it is shown."""
    known, opening = outlook.known, outlook.known.retention.opening
    if known.retention.nrr is None:
        return Grid(title="", header=(), rows=())
    shares = [Fraction(part.minor, opening) for part in known.parts.values()]
    points = parts_of(difference_of(as_shown(known.retention.nrr), Fraction(1)), shares)
    header: Cells = ("What", outlook.unit.name, "Points", "Accounts")
    rows: list[Cells] = [
        (
            reason_words(reason),
            outlook.unit.signed_short(part.minor),
            bare_points(point),
            f"{part.accounts:,}",
        )
        for (reason, part), point in zip(known.parts.items(), points, strict=True)
    ]
    if not outlook.counts_accounts:
        header, rows = header[:-1], [row[:-1] for row in rows]
    return Grid(title="", header=header, rows=tuple(rows), named=True)


def reason_words(reason: Reason) -> str:
    """Name a reason: "churn, notice given", "expansion, seats"."""
    kind, driver = reason
    words = _ENDS.get(driver) or (reason_name(driver) if driver else "")
    return ", ".join(filter(None, (_KINDS[kind], words)))
