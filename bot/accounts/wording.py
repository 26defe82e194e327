"""The words of a list of accounts: what they come to, and each of them in a row."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from bot.accounts.moves import AccountMoves
from bot.findings.reasons import first_reason, first_reasons
from bot.questions.question import canonical_text
from bot.style.figures import MINUS, bare_points, percent
from bot.style.grid import Grid
from bot.style.names import (
    as_it_opened,
    at_its_end,
    capitalised,
    in_period,
    plural,
    safe_name,
    scope_name,
)
from metrics.moved import LEAST_NEWS, Moved
from storage.ledger.account_changes import AccountChange

PAUSED, UNKNOWN = "paused", "none"
_DID = {
    Moved.LOSSES: "left or shrank",
    Moved.CHURNED: "left",
    Moved.CONTRACTED: "shrank",
    Moved.EXPANDED: "grew",
    Moved.NEW: "joined",
    Moved.RETURNED: "came back",
    Moved.RESUMED: "resumed after a pause",
    Moved.PAUSED: "paused",
}
_BY = frozenset({Moved.LOSSES, Moved.CONTRACTED, Moved.EXPANDED})
_OUTSIDE = frozenset({Moved.NEW, Moved.RETURNED, Moved.RESUMED})


def headline(moves: AccountMoves) -> str:
    """Write whose accounts are listed, what became of them, and what they come to."""
    scope, period = moves.question.scope, moves.question.period
    of = f" of {scope_name(scope)}" if scope else ""
    if moves.are_largest:
        return f"Largest accounts{of} {at_its_end(period)}"
    if moves.moved is None:
        return f"Accounts that moved {moves.question.nrr}{of} {in_period(period)}"
    did, count = _DID[moves.moved], moves.found.count
    if not count:
        return f"No account{of} {did} {in_period(period)}"
    sum_ = f"{moves.unit.short(abs(moves.found.change))} {moves.unit.name}"
    return f"{plural(count, 'account')}{of} {did} {in_period(period)} {_joined(moves.moved)} {sum_}"


def finding(moves: AccountMoves) -> str | None:
    """Say how much of the whole the accounts are, why, and how much of them is listed."""
    if moves.are_largest:
        return _largest(moves)
    if moves.moved is None:
        return _both_ways(moves)
    parts = [
        part
        for part in (_share_of_base(moves), _listed(moves), first_reasons(moves.reasons))
        if part
    ]
    return f"{capitalised('; '.join(parts))}." if parts and moves.found.count else None


def account_table(moves: AccountMoves, accounts: Iterable[AccountChange]) -> Grid:
    """Lay accounts out in a table: columns that say nothing of any of them are left out."""
    header = ("Account", "Change", "Before", "After", "Points", "Reason", "Owner")
    rows = [_cells(moves, one) for one in accounts]
    kept = [at for at in range(len(header)) if not _is_idle(moves, at, rows)]
    if moves.are_largest:
        kept = [0, 3, 1, *(at for at in kept if at == len(header) - 1)]
    return Grid(
        title="",
        header=tuple(header[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in rows),
        named=True,
    )


def account_list(moves: AccountMoves, accounts: Iterable[AccountChange]) -> Grid:
    """List accounts, a line each: its change, then what there is to say of it."""
    rows = list[tuple[str, ...]]()
    for one in accounts:
        name, change, before, after, share, *why_and_who = _cells(moves, one)
        is_partial = one.opening and (one.closing or one.is_paused)  # else the change says it all
        figure, told = (
            change,
            [
                *([f"{before} → {after}"] if is_partial else []),
                *([] if share in {"0.0", UNKNOWN} else [f"{share} pts"]),
                *why_and_who,
            ],
        )
        if moves.are_largest:
            figure, told = after, [*([f"{change} in it"] if one.change else []), why_and_who[-1]]
        said = ", ".join(each for each in told if each != UNKNOWN)
        rows.append((name, figure, said) if said else (name, figure))
    header = ("Account", "MRR", "Change") if moves.are_largest else ("Account", "Change", "MRR")
    return Grid(title="", header=header, rows=tuple(rows))


def whole_list(moves: AccountMoves) -> str:
    """Say how to write all accounts of the list into a file."""
    question = moves.question.with_listing(moves.question.options.listing.whole)
    return f"All of them: nrrbot ask '{canonical_text(question)}' --csv FILE.csv"


def _joined(moved: Moved) -> str:
    return "by" if moved in _BY else "with"


def _largest(moves: AccountMoves) -> str | None:
    found, listed = moves.found, moves.found.listed[: moves.pages.length]
    if moves.pages.first or not found.count:
        return None if found.count else "Nobody pays anything then."
    paid = sum(one.closing for one in listed)
    all_ = f"{moves.unit.short(found.gained)} {moves.unit.name}"
    share, of = percent(Fraction(paid, found.gained)), plural(found.count, "account")
    who = f"The {len(listed):,} largest of {of} pay" if listed[1:] else f"The largest of {of} pays"
    return f"{who} {moves.unit.short(paid)} of {all_}: {share}."


def _both_ways(moves: AccountMoves) -> str:
    retention, found = moves.retention, moves.found
    if not retention.opening:
        return f"Nobody paid {as_it_opened(moves.question.period)}."
    if not found.count:
        return f"None of {plural(retention.accounts_opening, 'account')} pays more or less."
    left = f"{retention.accounts_lost:,} of {plural(retention.accounts_opening, 'account')} left"
    lost, gained = (moves.unit.short(minor) for minor in (found.lost, found.gained))
    return f"{left}; {lost} of {moves.unit.name} was lost and {gained} gained."


def _share_of_base(moves: AccountMoves) -> str | None:
    opening, change = moves.retention.opening, abs(moves.found.change)
    if not opening or moves.moved in _OUTSIDE or change < opening * LEAST_NEWS:
        return None
    return f"that is {percent(Fraction(change, opening))} of opening {moves.unit.name}"


def _listed(moves: AccountMoves) -> str | None:
    shown, all_ = sum(abs(one.change) for one in moves.listed), abs(moves.found.change)
    if len(moves.listed) >= moves.found.count or not all_ or moves.pages.first:
        return None
    return f"the {len(moves.listed)} largest are {percent(Fraction(shown, all_))} of it"


def _is_idle(moves: AccountMoves, at: int, rows: Sequence[tuple[str, ...]]) -> bool:
    cells = {row[at] for row in rows}
    idle = {
        2: True,  # the change and what is paid after it say the same
        3: moves.moved is Moved.CHURNED or moves.moved in _OUTSIDE,
        4: cells <= {"0.0", f"{MINUS}0.1", "+0.1", UNKNOWN},
        5: moves.moved is Moved.NEW or cells == {UNKNOWN},
        6: cells == {UNKNOWN},
    }
    return idle.get(at, False)


def _cells(moves: AccountMoves, one: AccountChange) -> tuple[str, ...]:
    opening, owner = moves.retention.opening, one.attributes.get("owner")
    before, after = (moves.unit.short(each) for each in (one.opening, one.closing))
    return (
        safe_name(one.name or one.account_id),
        moves.unit.signed_short(one.change),
        before,
        PAUSED if one.is_paused else after,
        bare_points(Fraction(one.change, opening)) if opening else UNKNOWN,
        first_reason(one.drivers) or UNKNOWN,
        safe_name(owner) if owner else UNKNOWN,
    )
