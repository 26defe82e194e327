"""Why: the reasons, the one account or the one price behind what has been found."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from metrics.activity import Activity
from metrics.drivers import KnownDriver
from metrics.findings.finding import (
    MOVED,
    Cause,
    Concentration,
    Finding,
    FindingKind,
    Force,
    PriceRise,
    SingleAccount,
)
from metrics.findings.two_periods import amount_of, rate_of
from metrics.movements import MovementKind
from metrics.retention import OutsideCohort

LEAST_TOLD = Fraction(1, 1000)  # a tenth of a point
_KINDS = {
    Force.EXPANSION: MovementKind.EXPANSION,
    Force.CONTRACTION: MovementKind.CONTRACTION,
    Force.CHURN: MovementKind.CHURN,
}
_OF_ONE = {FindingKind.MOVE: FindingKind.ONE_ACCOUNT, FindingKind.LEAK: FindingKind.LEAK}
_EXPLAINED = {FindingKind.MOVE, FindingKind.OFFSET, FindingKind.UNUSUAL, FindingKind.LEAK}
_OF_LOSSES = {FindingKind.UNUSUAL, FindingKind.LEAK}


def with_reasons(finding: Finding, now: Activity, before: Activity | None) -> Finding:
    """Explain a finding by what its segment's opening base gained and lost by driver.

    Parameters
    ----------
    now, before : Activity
        As from `storage.ledger.ledger.Ledger.changes_by_driver`, over the months of the finding and
        those that it is compared with.
    """
    if finding.force not in _KINDS or finding.kind not in _EXPLAINED:
        return finding
    explained = replace(finding, cause=Cause(drivers=_drivers(finding, now, before)))
    if finding.kind is not FindingKind.MOVE:
        return explained
    if (rise := _price_rise(finding, now, before)) is not None:
        return rise
    is_less = finding.force is Force.CONTRACTION and is_of_more(finding)
    if is_less and _leads(KnownDriver.PAUSE, explained.cause.drivers):
        return replace(explained, kind=FindingKind.PAUSES)
    return explained


def with_price_rise(finding: Finding, year: Activity | None) -> Finding:
    """Add to the reasons what a price rise brought, and then cost, within twelve months.

    Parameters
    ----------
    year : Activity, optional
        Of the twelve months; half a point of the finding's accounts either way is told.
    """
    if year is None:
        return finding
    gained, lost = _gained_by_price(year), _lost_by_price(year)
    if min(gained, lost) < MOVED * finding.now.opening:
        return finding
    cause = replace(finding.cause, gained_by_price=gained, lost_by_price=lost)
    return replace(finding, cause=cause)


def price_rise(segment: str, year: Activity, *, opening: int) -> PriceRise | None:
    """Find what a price rise brought a segment, and then cost it, half a point of it either way."""
    gained, lost = _gained_by_price(year), _lost_by_price(year)
    if not opening or min(gained, lost) < MOVED * opening:
        return None
    return PriceRise(segment=segment, gained_minor=gained, lost_minor=lost)


def may_have_risen(year: Activity, *, opening: int) -> bool:
    """Tell whether price cost the whole a tenth of a point: of less nothing is told."""
    return _lost_by_price(year) >= LEAST_TOLD * opening > 0


def could_have_risen(most: tuple[int, int], *, opening: int, expansion: int) -> bool:
    """Tell whether `price_rise` could find one; False is certain.

    Parameters
    ----------
    most : tuple of int
        More than price can have brought and cost the segment, both positive.
    expansion : int
        Of the segment; 0 where it is not known to the minor unit.
    """
    return min(most) >= MOVED * opening and 2 * most[0] >= expansion


def needs_before(finding: Finding, now: Activity) -> bool:
    """Tell whether what the segment gained and lost in the period before has a say in the reasons.

    It has where less of something was gained or lost, and where price took half a point: it may
    have brought it before.
    """
    return not is_of_more(finding) or _lost_by_price(now) >= MOVED * finding.now.opening


def is_of_more(finding: Finding) -> bool:
    """Tell whether a finding's force grew: more was lost or gained, and not less."""
    if finding.force is None or finding.was is None or finding.force is Force.MIX:
        return False
    return rate_of(finding.now, finding.force) > rate_of(finding.was, finding.force)


def with_account(finding: Finding, account: SingleAccount | None, *, whole_minor: int) -> Finding:
    """Explain a finding by one account: half of what its force came to, and a third of its points.

    Parameters
    ----------
    whole_minor : int
        Opening MRR of the whole.
    """
    force = finding.force
    if account is None or force is None or finding.kind not in _OF_ONE:
        return finding
    share = Fraction(account.change_minor, whole_minor)
    moved = finding.place.part if finding.place else finding.points
    is_half = 2 * abs(account.change_minor) >= amount_of(finding.now, force)
    if not is_half or share * moved <= 0 or 3 * abs(share) < abs(moved):
        return finding
    cause = replace(finding.cause, account=account)
    return replace(finding, kind=_OF_ONE[finding.kind], cause=cause)


def only_one_left(finding: Finding) -> SingleAccount | None:
    """Find the one account of a churn that is told anyway: its group lost no other."""
    if finding.force is not Force.CHURN or finding.now.accounts_lost != 1:
        return None
    return SingleAccount(name=None, change_minor=-finding.now.churn, has_left=True)


def with_outside(finding: Finding, outside: OutsideCohort | None) -> Finding:
    """Tell a base that shrinks from growth that only replaces it."""
    shrinks = finding.kind in {FindingKind.LOSSES_FIRST, FindingKind.LEAKY_BUCKET}
    if outside is None or not shrinks or outside.total <= finding.needed_minor:
        return finding
    return replace(finding, kind=FindingKind.REPLACEMENT, won_minor=outside.total)


def concentration(members: Sequence[tuple[int, int]], *, largest_shown: bool) -> Concentration:
    """Measure how few accounts an NRR above 150 % may rest on.

    Parameters
    ----------
    members : sequence of (opening, closing)
        MRR of each account of the opening base, in minor units; never empty.
    largest_shown : bool
        Whether single accounts may be seen.
    """
    largest = Fraction(max(opening for opening, _ in members), sum(one for one, _ in members))
    doubled = sum(closing >= 2 * opening for opening, closing in members)
    return Concentration(
        accounts=len(members),
        top_share=largest if largest_shown else None,
        doubled_share=Fraction(doubled, len(members)),
    )


def _drivers(finding: Finding, now: Activity, before: Activity | None) -> Mapping[str, int]:
    kind = _KINDS[finding.force or Force.CHURN]
    drivers = now.drivers_of(kind)
    if before is None or finding.kind in _OF_LOSSES or is_of_more(finding):
        return drivers
    # What became less is explained by what is missing, not by what is still there.
    was, sign = before.drivers_of(kind), 1 if finding.points > 0 else -1
    moved = {name: drivers.get(name, 0) - was.get(name, 0) for name in drivers | was}
    missing = {name: amount for name, amount in moved.items() if amount * sign > 0}
    return dict(sorted(missing.items(), key=lambda item: (-abs(item[1]), item[0])))


def _price_rise(finding: Finding, now: Activity, before: Activity | None) -> Finding | None:
    """Find a price that brought half a point of its group, or did before and costs it now."""
    least = MOVED * finding.now.opening
    gains = [_gained_by_price(one) for one in (now, before) if one is not None]
    lost = _lost_by_price(now)
    gained = gains[0] if finding.points > 0 else max(gains)
    if gained < least or (finding.points < 0 and lost < least):
        return None
    # After the rise there is less expansion, too; what it costs is what its accounts do about it.
    force = Force.CHURN if finding.now.churn >= finding.now.contraction else Force.CONTRACTION
    if finding.points > 0:
        force = Force.EXPANSION
    cause = Cause(drivers=now.drivers_of(_KINDS[force]), gained_by_price=gained, lost_by_price=lost)
    return replace(finding, kind=FindingKind.PRICE_RISE, force=force, cause=cause)


def _gained_by_price(activity: Activity) -> int:
    """Sum what price brought, where it is half of all expansion or more; else zero."""
    drivers = activity.drivers_of(MovementKind.EXPANSION)
    return drivers[KnownDriver.PRICE] if _leads(KnownDriver.PRICE, drivers) else 0


def _lost_by_price(activity: Activity) -> int:
    return -sum(
        amount
        for (kind, driver), amount in activity.by_driver.items()
        if driver == KnownDriver.PRICE and kind is not MovementKind.EXPANSION
    )


def _leads(driver: KnownDriver, drivers: Mapping[str, int]) -> bool:
    """Tell whether half or more of the sums is a driver's."""
    total = sum(map(abs, drivers.values()))
    return total > 0 and 2 * abs(drivers.get(driver, 0)) >= total
