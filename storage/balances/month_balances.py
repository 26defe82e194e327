"""Balances at month starts: derived from the ledger, repaired with it, rebuilt at will."""

from collections.abc import Collection, Iterable
from datetime import date

from dateutil.relativedelta import relativedelta
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from metrics.period_grammar import ONE_DAY
from metrics.segments import Tiers
from storage.store.statements import batches
from storage.tables.ledger import Account, BalanceBuild, MonthBalance, MrrMovement

_BEGINNING = date.min
_MANY_SHARE = 4  # one account in four: from there on, reading those alone saves nothing


def month_starts(since: date, through: date) -> list[date]:
    """List the first days of months in ``[since, through]``."""
    first = since.replace(day=1)
    count = (through.year - first.year) * 12 + through.month - first.month
    starts = (first + relativedelta(months=n) for n in range(count + 1))
    return [start for start in starts if since <= start <= through]


def rebuild(session: Session, *, tiers: Tiers, today: date) -> None:
    """Drop every stored balance and build all of them from the ledger."""
    session.execute(delete(MonthBalance))
    session.execute(update(BalanceBuild).values(built_through=_BEGINNING))
    repair(session, roots=(), since=_BEGINNING, tiers=tiers, today=today)


def repair(
    session: Session, *, roots: Collection[str], since: date, tiers: Tiers, today: date
) -> None:
    """Bring the balances up to date after movements or attributes of some accounts changed.

    Parameters
    ----------
    roots : collection of str
        Topmost accounts that are touched.
    since : date
        Earliest date of what changed; balances through it stand.
    tiers : Tiers
        The ones that the balances were built with; for others, `rebuild`.
    today : date
        Balances are kept through the first month start after it and after the last movement.
    """
    from storage.balances.month_writing import MonthWriter  # noqa: PLC0415 - numpy is slow to load
    from storage.balances.sweep import sweep_ledger, sweep_since  # noqa: PLC0415 - loads numpy too

    extent = _extent(session)
    if extent is None:
        return
    first, last, currency = extent
    build = session.get(BalanceBuild, 1)
    built = build.built_through if build else _BEGINNING
    # One month more than there is: "this month" is asked for, and closes at the next start.
    through = max(built, max(last, today).replace(day=1) + relativedelta(months=1))
    touched = [] if since >= built else month_starts(max(first, since + ONE_DAY), built)
    if touched and _are_many(session, roots):
        session.execute(delete(MonthBalance).where(col(MonthBalance.as_of) >= touched[0]))
        built = touched[0] - relativedelta(months=1)
    elif touched:
        _forget(session, roots, touched)  # their balances may be gone at a month, not only other
        sweep = sweep_ledger(session, roots=roots, until=touched[-1])
        MonthWriter(session, sweep, tiers=tiers, currency=currency).write_beside(touched)
    if missing := [month for month in month_starts(first, through) if month > built]:
        is_begun = built >= first
        sweep = sweep_since(session, built, until=through) if is_begun else sweep_ledger(session)
        MonthWriter(session, sweep, tiers=tiers, currency=currency).write_all(missing)
    generation = build.generation + 1 if build else 1
    session.merge(
        BalanceBuild(
            built_through=through,
            tiers=tiers.fingerprint,
            generation=generation,
            changed_since=since,
        )
    )


def differing_months(session: Session, *, tiers: Tiers) -> list[date]:
    """List the month starts at which the stored balances are not those of the ledger."""
    from storage.balances.month_writing import differing_from  # noqa: PLC0415 - numpy is slow to load
    from storage.balances.sweep import sweep_ledger  # noqa: PLC0415 - loads numpy too

    build, extent = session.get(BalanceBuild, 1), _extent(session)
    if build is None or extent is None:
        return []
    first, _, currency = extent
    stored = session.scalars(select(col(MonthBalance.as_of)).distinct())
    months = sorted({*month_starts(first, build.built_through), *stored})  # one too many is wrong
    return differing_from(session, sweep_ledger(session), months, tiers=tiers, currency=currency)


def balances_at(session: Session, month: date, roots: Iterable[str]) -> dict[str, int]:
    """Return the MRR, in minor units, of those of some topmost accounts that pay at a month start.

    An account that does not pay is left out.
    """
    return _held_at(session, month, roots, col(MonthBalance.mrr_minor))


def attribute_sets_at(session: Session, month: date, roots: Iterable[str]) -> dict[str, int]:
    """Return the attribute set of each of some topmost accounts that pays at a month start."""
    return _held_at(session, month, roots, col(MonthBalance.attribute_set_id))


def _held_at(
    session: Session, month: date, roots: Iterable[str], held: Mapped[int]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in batches(sorted(roots)):
        statement = select(col(MonthBalance.account_id), held).where(
            col(MonthBalance.as_of) == month, col(MonthBalance.account_id).in_(some)
        )
        found |= {row[0]: row[1] for row in session.execute(statement)}
    return found


def _extent(session: Session) -> tuple[date, date, str] | None:
    # Three statements: each is one look-up in an index, where one for all would scan the table.
    first = session.scalar(select(func.min(col(MrrMovement.effective_on))))
    last = session.scalar(select(func.max(col(MrrMovement.effective_on))))
    currency = session.scalar(select(col(MrrMovement.currency)).limit(1))
    return (first, last, currency) if first and last and currency else None


def _are_many(session: Session, roots: Collection[str]) -> bool:
    accounts = session.scalar(select(func.count()).select_from(Account)) or 0
    return len(roots) * _MANY_SHARE > accounts


def _forget(session: Session, roots: Collection[str], months: Collection[date]) -> None:
    for some in batches(sorted(roots)):
        for month in months:
            same = (col(MonthBalance.as_of) == month, col(MonthBalance.account_id).in_(some))
            session.execute(delete(MonthBalance).where(*same))
