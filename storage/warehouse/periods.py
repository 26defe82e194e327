"""The period statement: sums between two month starts, added up where the balances are."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from metrics.pauses import LONGEST_DAYS, PAUSE, AccountDay, PauseOutcome, pause_effect
from storage.store.statements import batches
from storage.tables.views import Account, MrrMovement
from storage.warehouse.tables import MonthBalance

_RETAINED, _CONTRACTION, _CHURN, _RETURNING, _RESUMED = 1, 4, 5, 7, 8  # places in the sums
_LONGEST = timedelta(days=LONGEST_DAYS)


def period_sums(session: Session, start: date, end: date) -> dict[int, list[int]]:
    """Add up `metrics.period_sums.Sums` between two month starts by attribute set."""
    sums = balance_sums(session, start, end)
    _correct_for_pauses(session, start, end, sums)
    return sums


def balance_sums(session: Session, start: date, end: date) -> dict[int, list[int]]:
    """Add up the same from balances alone, as if nobody had paused."""
    sums: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 10)
    retained: defaultdict[int, int] = defaultdict(int)
    stayed: defaultdict[int, int] = defaultdict(int)
    for number, number_at_close, *cohort in session.execute(cohort_statement(start, end)):
        held, opening, closing, expansion = map(int, cohort)
        is_churn = number_at_close is None  # the outer join found no balance
        churn, contraction = (opening, 0) if is_churn else (0, opening + expansion - closing)
        kept = 0 if is_churn else held
        part = held, kept, opening, expansion, contraction, churn, 0, 0, 0, 0
        sums[number] = [before + more for before, more in zip(sums[number], part, strict=True)]
        retained[number_at_close] += closing
        stayed[number_at_close] += kept
    new = _paid_by(session, end, first_paid_since=start)
    # Returning is MRR at the close that is neither retained nor new: a second join is not needed.
    for number, (closing, accounts) in _paid_by(session, end).items():
        first, _ = new.get(number, (0, 0))
        if accounts > stayed[number]:
            sums[number][6:8] = first, closing - first - retained[number]
            sums[number][-1] = accounts - stayed[number]
    return dict(sums)


def _correct_for_pauses(
    session: Session, start: date, end: date, sums: Mapping[int, list[int]]
) -> None:
    pauses = read_pauses(session, start, end)
    for outcome, day, (source, target) in (
        (PauseOutcome.PAUSED, start, (_CHURN, _CONTRACTION)),
        (PauseOutcome.RESUMED, end, (_RETURNING, _RESUMED)),
    ):
        amounts = pauses[outcome]
        for root, number in _attribute_sets(session, day, amounts).items():
            sums[number][source] -= amounts[root]
            sums[number][target] += amounts[root]
            sums[number][_RETAINED] += outcome is PauseOutcome.PAUSED


def cohort_statement(start: date, end: date) -> Select[int, int | None, int, int, int, int]:
    """Build the statement that adds up the opening base of ``[start, end)``."""
    # By both attribute sets: what is retained is taken out of the closing of the second one.
    opening, closing = aliased(MonthBalance), aliased(MonthBalance)
    before, after = col(opening.mrr_minor), col(closing.mrr_minor)
    same_account = col(closing.account_id) == col(opening.account_id)
    sets = col(opening.attribute_set_id), col(closing.attribute_set_id)
    return (
        select(
            *sets,
            func.count().label("accounts"),
            func.sum(before).label("opening"),
            func.coalesce(func.sum(after), 0).label("closing"),
            func.sum(case((after > before, after - before), else_=0)).label("expansion"),
        )
        .select_from(opening)
        .outerjoin(closing, and_(same_account, col(closing.as_of) == end))
        .where(col(opening.as_of) == start)
        .group_by(*sets)
    )


def paid_statement(month: date, *, first_paid_since: date = date.min) -> Select[int, int, int]:
    """Build the statement that adds up the balances at a month start."""
    total = func.sum(col(MonthBalance.mrr_minor))
    statement = (
        select(col(MonthBalance.attribute_set_id), total, func.count())
        .where(col(MonthBalance.as_of) == month)
        .group_by(col(MonthBalance.attribute_set_id))
    )
    if first_paid_since > date.min:
        statement = statement.where(col(MonthBalance.first_paid_on) >= first_paid_since)
    return statement


def _paid_by(
    session: Session, month: date, *, first_paid_since: date = date.min
) -> dict[int, tuple[int, int]]:
    found = session.execute(paid_statement(month, first_paid_since=first_paid_since))
    return {number: (int(minor), held) for number, minor, held in found}


def _attribute_sets(session: Session, month: date, accounts: Mapping[str, int]) -> dict[str, int]:
    account = col(MonthBalance.account_id)
    found: dict[str, int] = {}
    for some in batches(sorted(accounts)):
        statement = select(account, col(MonthBalance.attribute_set_id)).where(
            col(MonthBalance.as_of) == month, account.in_(some)
        )
        found |= {row[0]: row[1] for row in session.execute(statement)}
    return found


def read_pauses(
    session: Session, start: date, end: date
) -> Mapping[PauseOutcome, Mapping[str, int]]:
    """Read what pauses make of topmost accounts in ``[start, end)``: MRR in minor units of each."""
    days: defaultdict[str, list[AccountDay]] = defaultdict(list)
    for root, day, net, has_pause in _days(session, start, end):
        days[root].append(AccountDay(day, net, has_pause))
    found: defaultdict[PauseOutcome, dict[str, int]] = defaultdict(dict)
    for root, changes in days.items():
        if (effect := pause_effect(changes, start, end)) is not None:
            found[effect.outcome][root] = effect.amount_minor
    return found


def begins_pause(driver: Mapped[str | None], amount: Mapped[int]) -> ColumnElement[bool]:
    """Tell whether a movement takes part in a pause."""
    # Written out, because an index on pauses alone is of no use to an unknown value.
    return and_(driver == literal(PAUSE, literal_execute=True), amount < 0)


def _days(session: Session, start: date, end: date) -> list[tuple[str, date, int, bool]]:
    movement, begun = MrrMovement, aliased(MrrMovement)
    account, paused = Account, aliased(Account)
    on = col(begun.effective_on)
    candidates = (
        select(col(paused.root_id))
        .join(begun, col(begun.account_id) == col(paused.account_id))
        .where(begins_pause(col(begun.driver), col(begun.amount_minor)))
        .where(or_(*(and_(on >= day - _LONGEST, on < day) for day in (start, end))))
    )
    amount = col(movement.amount_minor)
    is_pause = case((begins_pause(col(movement.driver), amount), 1), else_=0)
    statement = (
        select(
            col(account.root_id),
            col(movement.effective_on),
            func.sum(amount),
            func.max(is_pause),
        )
        .join(movement, col(movement.account_id) == col(account.account_id))
        .where(col(account.root_id).in_(candidates), col(movement.effective_on) < end)
        .group_by(col(account.root_id), col(movement.effective_on))
        .order_by(col(account.root_id), col(movement.effective_on))
    )
    rows = session.execute(statement)
    return [(root, day, int(net), bool(has_pause)) for root, day, net, has_pause in rows]
