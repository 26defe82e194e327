"""Balances at month starts: derived from the ledger, repaired with it, rebuilt at will."""

from collections.abc import Collection, Mapping
from datetime import date

from dateutil.relativedelta import relativedelta
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlmodel import Session, col

from metrics.money import minor_digits
from metrics.rollup import Attributes
from metrics.segments import DerivedDimension, Tiers, acv_tier, tenure, value_tiers
from storage.attribute_sets import AttributeSets, read_attribute_sets
from storage.batching import batches
from storage.models import AttributeSet, BalanceBuild, MonthBalance, MrrMovement
from storage.timeline import Balance, balances_at, month_starts

_BEGINNING = date.min


def with_derived(
    balances: Mapping[str, Balance], *, on: date, tiers: Tiers, currency: str
) -> dict[str, Attributes]:
    """Return each account's stored attributes and its derived ones on a date.

    ``balances`` must be all of the company's on that date: value tiers compare them.
    """
    value = value_tiers({root: balance.mrr_minor for root, balance in balances.items()}, tiers)
    return _placed(balances, value, on=on, tiers=tiers, currency=currency)


def _placed(
    balances: Mapping[str, Balance],
    value: Mapping[str, str],
    *,
    on: date,
    tiers: Tiers,
    currency: str,
) -> dict[str, Attributes]:
    """Add to each account's attributes its derived ones, its value tier among them."""
    digits = minor_digits(currency)
    return {
        root: {
            **balance.attributes,
            DerivedDimension.ACV_TIER: acv_tier(balance.mrr_minor, tiers, digits=digits),
            DerivedDimension.TENURE: tenure(balance.first_paid_on, on=on),
            DerivedDimension.VALUE_TIER: value[root],
        }
        for root, balance in balances.items()
    }


def rebuild(session: Session, *, tiers: Tiers, today: date) -> None:
    """Drop every derived balance and build all of them from the ledger.

    Nothing may refer to an attribute set any more.
    """
    session.execute(delete(MonthBalance))
    session.execute(update(BalanceBuild).values(built_through=_BEGINNING))
    session.execute(delete(AttributeSet))
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
        Earliest date of what changed; balances before it stand.
    tiers : Tiers
        The ones that the balances were built with; for others, `rebuild`.
    today : date
        Balances are kept through the first month start after it and after the last movement.
    """
    extent = _extent(session)
    if extent is None:
        return
    first, last, currency = extent
    build = session.get(BalanceBuild, 1)
    built = build.built_through if build else _BEGINNING
    through = max(built, max(last, today).replace(day=1) + relativedelta(months=1))
    months = month_starts(max(first, min(since, built)), through)
    old = [month for month in months if since <= month <= built]
    computed = balances_at(session, old, roots=roots)
    computed |= balances_at(session, [month for month in months if month > built])
    _forget(session, roots, since)
    _Writer(session, tiers, currency).write(computed)
    generation = build.generation + 1 if build else 1
    session.merge(
        BalanceBuild(built_through=through, tiers=tiers.fingerprint, generation=generation)
    )


def differing_months(session: Session, *, tiers: Tiers) -> list[date]:
    """Return the month starts at which the stored balances are not what the ledger says."""
    build, extent = session.get(BalanceBuild, 1), _extent(session)
    if build is None or extent is None:
        return []
    first, _, currency = extent
    sets = read_attribute_sets(session)
    stored = session.scalars(select(col(MonthBalance.as_of)).distinct())
    months = sorted({*month_starts(first, build.built_through), *stored})
    differing = []
    for month, balances in balances_at(session, months).items():
        attributes = with_derived(balances, on=month, tiers=tiers, currency=currency)
        expected = {
            root: (balance.mrr_minor, balance.first_paid_on, attributes[root])
            for root, balance in balances.items()
        }
        found = {
            root: (mrr, first_paid_on, sets[number])
            for root, mrr, first_paid_on, number in stored_balances(session, month)
        }
        if found != expected:
            differing.append(month)
    return differing


def stored_balances(session: Session, month: date) -> list[tuple[str, int, date, int]]:
    """Return account, MRR, first paid day and attribute set of each balance at a month start."""
    statement = select(
        col(MonthBalance.account_id),
        col(MonthBalance.mrr_minor),
        col(MonthBalance.first_paid_on),
        col(MonthBalance.attribute_set_id),
    ).where(col(MonthBalance.as_of) == month)
    return [(*row,) for row in session.execute(statement)]


def _extent(session: Session) -> tuple[date, date, str] | None:
    """Return the first and last day of the ledger, and its currency; each is one look-up."""
    first = session.scalar(select(func.min(col(MrrMovement.effective_on))))
    last = session.scalar(select(func.max(col(MrrMovement.effective_on))))
    currency = session.scalar(select(col(MrrMovement.currency)).limit(1))
    return (first, last, currency) if first and last and currency else None


def _forget(session: Session, roots: Collection[str], since: date) -> None:
    for some in batches(sorted(roots)):
        session.execute(
            delete(MonthBalance).where(
                col(MonthBalance.as_of) >= since, col(MonthBalance.account_id).in_(some)
            )
        )


class _Writer:
    """Writes computed balances and moves the accounts beside them between value tiers."""

    def __init__(self, session: Session, tiers: Tiers, currency: str) -> None:
        self._session, self._tiers, self._currency = session, tiers, currency
        self._sets = AttributeSets(session)
        self._rows: list[dict[str, object]] = []
        self._moves: list[dict[str, object]] = []

    def write(self, computed: Mapping[date, Mapping[str, Balance]]) -> None:
        for month, balances in computed.items():
            stored = stored_balances(self._session, month)
            beside = {root: mrr for root, mrr, _, _ in stored}
            own = {root: balance.mrr_minor for root, balance in balances.items()}
            value = value_tiers({**beside, **own}, self._tiers)
            self._add(month, balances, value)
            self._move(month, {root: number for root, _, _, number in stored}, value)
        self._sets.flush()
        if self._rows:
            self._session.connection().execute(insert(MonthBalance), self._rows)
        if self._moves:
            self._session.connection().execute(_MOVE, self._moves)

    def _add(self, month: date, balances: Mapping[str, Balance], value: Mapping[str, str]) -> None:
        placed = _placed(balances, value, on=month, tiers=self._tiers, currency=self._currency)
        self._rows += [
            {
                "as_of": month,
                "account_id": root,
                "mrr_minor": balance.mrr_minor,
                "first_paid_on": balance.first_paid_on,
                "attribute_set_id": self._sets.number(placed[root]),
            }
            for root, balance in balances.items()
        ]

    def _move(self, month: date, beside: Mapping[str, int], value: Mapping[str, str]) -> None:
        """Of accounts whose balance stands, only the value tier can change: it compares all."""
        for root, number in beside.items():
            attributes = self._sets[number]
            if attributes[DerivedDimension.VALUE_TIER] != value[root]:
                moved = self._sets.number({**attributes, DerivedDimension.VALUE_TIER: value[root]})
                self._moves.append({"month": month, "root": root, "number": moved})


_MOVE = (
    update(MonthBalance)
    .where(
        col(MonthBalance.as_of) == bindparam("month"),
        col(MonthBalance.account_id) == bindparam("root"),
    )
    .values(attribute_set_id=bindparam("number"))
)
