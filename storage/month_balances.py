"""Balances at month starts: derived from the ledger, repaired with it, rebuilt at will."""

from collections.abc import Collection, Mapping
from datetime import date

from dateutil.relativedelta import relativedelta
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlmodel import Session, col

from metrics.money import minor_digits
from metrics.segments import DerivedDimension, Tiers, acv_tier, tenure, value_tiers
from storage.attribute_sets import AttributeSets, read_attribute_sets
from storage.batching import batches
from storage.models import AttributeSet, BalanceBuild, MonthBalance, MrrMovement
from storage.timeline import Attributes, Balance, balances_at, month_starts

_BEGINNING = date.min


def with_derived(
    balances: Mapping[str, Balance], *, on: date, tiers: Tiers, currency: str
) -> dict[str, Attributes]:
    """Return each account's stored attributes and its derived ones on a date.

    ``balances`` must be all of the company's on that date: value tiers compare them.
    """
    value = value_tiers({root: balance.mrr_minor for root, balance in balances.items()}, tiers)
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
    """Drop every derived balance and build all of them from the ledger."""
    session.execute(delete(MonthBalance))
    session.execute(delete(BalanceBuild))
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
    today : date
        Balances are kept through the first month start after it and after the last movement.
    """
    first, last, currency = session.execute(
        select(
            func.min(col(MrrMovement.effective_on)),
            func.max(col(MrrMovement.effective_on)),
            func.max(col(MrrMovement.currency)),
        )
    ).one()
    if first is None:
        return
    build = session.get(BalanceBuild, 1)
    if build is not None and build.tiers != tiers.fingerprint:
        rebuild(session, tiers=tiers, today=today)
        return
    through = max(last, today).replace(day=1) + relativedelta(months=1)
    built = build.built_through if build else _BEGINNING
    months = month_starts(max(first, min(since, built)), through)
    old = [month for month in months if since <= month <= built]
    computed = balances_at(session, old, roots=roots)
    computed |= balances_at(session, [month for month in months if month > built])
    _forget(session, roots, since)
    _Writer(session, tiers, currency).write(computed)
    session.merge(BalanceBuild(id=1, built_through=max(through, built), tiers=tiers.fingerprint))


def differing_months(session: Session, *, tiers: Tiers) -> list[date]:
    """Return the month starts at which the stored balances are not what the ledger says."""
    build = session.get(BalanceBuild, 1)
    first = session.scalar(select(func.min(col(MrrMovement.effective_on))))
    currency = session.scalar(select(func.max(col(MrrMovement.currency))))
    if build is None or first is None or currency is None:
        return []
    sets = read_attribute_sets(session)
    differing = []
    for month, balances in balances_at(session, month_starts(first, build.built_through)).items():
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
        self._stored_sets = read_attribute_sets(session)

    def write(self, computed: Mapping[date, Mapping[str, Balance]]) -> None:
        rows: list[dict[str, object]] = []
        moves: list[dict[str, object]] = []
        for month, balances in computed.items():
            beside = self._stored(month)
            everyone = {**{root: balance for root, (balance, _) in beside.items()}, **balances}
            attributes = with_derived(
                everyone, on=month, tiers=self._tiers, currency=self._currency
            )
            rows += [
                {
                    "as_of": month,
                    "account_id": root,
                    "mrr_minor": balance.mrr_minor,
                    "first_paid_on": balance.first_paid_on,
                    "attribute_set_id": self._sets.number(attributes[root]),
                }
                for root, balance in balances.items()
            ]
            moves += [
                {"month": month, "root": root, "number": number}
                for root, (_, before) in beside.items()
                if (number := self._sets.number(attributes[root])) != before
            ]
        self._sets.flush()
        if rows:
            self._session.connection().execute(insert(MonthBalance), rows)
        if moves:
            self._session.connection().execute(_MOVE, moves)

    def _stored(self, month: date) -> dict[str, tuple[Balance, int]]:
        return {
            root: (Balance(mrr, first_paid_on, self._stored_sets[number]), number)
            for root, mrr, first_paid_on, number in stored_balances(self._session, month)
        }


_MOVE = (
    update(MonthBalance)
    .where(
        col(MonthBalance.as_of) == bindparam("month"),
        col(MonthBalance.account_id) == bindparam("root"),
    )
    .values(attribute_set_id=bindparam("number"))
)
