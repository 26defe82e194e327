"""The words of a list of accounts: how much of it all they are, and each of them in a row."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from bot.accounts.moves import AccountMoves
from bot.questions.question import View, canonical_text
from bot.style.figures import bare_points, percent, short_money
from bot.style.grid import Grid
from bot.style.names import in_a_sentence, period_name, plural, safe_name, scope_name
from storage.ledger.account_changes import AccountChange

PAUSED, NO_OWNER = "paused", "none"


def headline(moves: AccountMoves) -> str:
    """Write whose accounts are listed, and of which period."""
    scope, period = moves.question.scope, in_a_sentence(period_name(moves.question.period))
    of = f" of {scope_name(scope)}" if scope else ""
    return f"Accounts that moved {moves.question.nrr}{of} in {period}"


def finding(moves: AccountMoves, *, listed: int) -> str:
    """Say how many accounts left, and how much of the losses the listed ones are."""
    retention, losses = moves.retention, moves.changes.losses
    if not retention.opening:
        return f"Nobody paid when {in_a_sentence(period_name(moves.question.period))} opened."
    if not losses and not moves.changes.gains:
        return f"None of {plural(retention.accounts_opening, 'account')} pays more or less."
    gone = retention.accounts_opening - retention.accounts_retained
    lost = retention.contraction + retention.churn
    left = f"{gone:,} of {plural(retention.accounts_opening, 'account')} left"
    if not losses:
        return f"{left}; nothing was lost."
    losses = losses[:listed]
    share = percent(Fraction(sum(-one.change for one in losses), lost))
    amount = short_money(moves.unit.minor(lost), moves.unit.currency)
    few = "the largest loss is" if len(losses) == 1 else f"the {len(losses)} largest losses are"
    return f"{left}; {few} {share} of the {amount} that was lost."


def account_table(moves: AccountMoves) -> Grid:
    """Lay all accounts that were read out in a table: losses, then gains."""
    shown = (*moves.changes.losses, *moves.changes.gains)
    header: tuple[str, ...] = ("Account", "Before", "After", "Change", "Points", "Owner")
    rows = tuple(_cells(moves, one) for one in shown)
    has_owners = any(one.attributes.get("owner") for one in shown)
    if not has_owners:
        header, rows = header[:-1], tuple(row[:-1] for row in rows)
    return Grid(title="", header=header, rows=rows, named=True)


def account_list(moves: AccountMoves, title: str, accounts: Sequence[AccountChange]) -> Grid:
    """List accounts, a line each: change, balances, points and owner."""
    rows = []
    for one in accounts:
        name, before, after, change, share, owner = _cells(moves, one)
        of = (owner,) if owner != NO_OWNER else ()
        rows.append((name, change, ", ".join((f"{before} → {after}", f"{share} pts", *of))))
    return Grid(title=title, header=("Account", "Change", "MRR"), rows=tuple(rows))


def whole_list(moves: AccountMoves) -> str:
    """Say how to write every account of the base into a file."""
    question = canonical_text(replace(moves.question, view=View.ANSWER))
    return f"Every account of the base: nrrbot ask '{question}' --cohort FILE.csv"


def _cells(moves: AccountMoves, one: AccountChange) -> tuple[str, ...]:
    unit, owner = moves.unit, one.attributes.get("owner")
    before, after, change = (
        short_money(unit.minor(minor), unit.currency)
        for minor in (one.opening, one.closing, one.change)
    )
    return (
        safe_name(one.name or one.account_id),
        before,
        PAUSED if one.is_paused else after,
        f"{'+' if one.change > 0 else ''}{change}",
        bare_points(Fraction(one.change, moves.retention.opening)),
        safe_name(owner) if owner else NO_OWNER,
    )
