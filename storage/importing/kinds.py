"""Kinds of new movements, a whole account at a time; doubtful accounts are replayed in full."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from sqlmodel import Session

from metrics.movements import MovementKind
from storage.importing.batch import NewMovement, StatedOutcome
from storage.importing.cells import MAX_MINOR
from storage.importing.comparison import Comparison
from storage.importing.held import HeldBalance, LedgerContents, held_balances, held_movements
from storage.importing.movements import FileMovements
from storage.importing.replay import replay
from storage.importing.report import RowFinding

_NOTHING_HELD = HeldBalance()


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds of the new movements by their index in the file, and findings on any movement."""

    by_row: list[str | None]
    findings: list[RowFinding] = field(default_factory=list)


def find_kinds(
    session: Session,
    movements: FileMovements,
    comparison: Comparison,
    *,
    source: str,
    contents: LedgerContents,
    leave_out: Collection[str],
) -> Kinds:
    """Put new movements behind those that the ledger holds of their accounts, and name each.

    Accounts that nothing is wrong with, and that only have new movements behind the held ones,
    are done at once. All others go through `replay`, which finds the fault.
    """
    result = Kinds([None] * len(movements))
    restated = _restated(movements, comparison, leave_out)
    doubtful = {movements.content.account_id[place] for place in restated}
    places = _by_account(movements, comparison.fresh, leave_out)
    held = held_balances(session, places.keys()) if contents.has_movements else {}
    for account, own in places.items():
        own.sort(key=movements.content.day.__getitem__)
        kinds = None
        if account not in doubtful:
            kinds = _kinds(movements, own, held.get(account, _NOTHING_HELD))
        if kinds is None:
            doubtful.add(account)
        else:
            for place, kind in zip(own, kinds, strict=True):
                result.by_row[place] = kind
    _replay(session, movements, places, doubtful, restated, source=source, result=result)
    return result


def _by_account(
    movements: FileMovements, fresh: Sequence[int], leave_out: Collection[str]
) -> dict[str, list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    account_id = movements.content.account_id
    for place in fresh:
        places[account_id[place]].append(place)
    for account in leave_out:
        places.pop(account, None)
    return places


def _restated(
    movements: FileMovements, comparison: Comparison, leave_out: Collection[str]
) -> list[int]:
    old = comparison.old_keys(movements)
    return [
        place
        for place in comparison.known
        if movements.movement_id[place] in old
        and movements.content.account_id[place] not in leave_out
        and _states(movements, place)
    ]


def _states(movements: FileMovements, place: int) -> bool:
    return movements.stated_kind[place] is not None or movements.stated_after[place] is not None


def _kinds(movements: FileMovements, places: Sequence[int], held: HeldBalance) -> list[str] | None:
    """Return the kinds of an account's new movements; None if there is any doubt."""
    if movements.content.day[places[0]] < held.last_day:
        return None  # back-dated: it changes the balances at held movements behind it
    amounts = [movements.content.amount_minor[place] for place in places]
    balances = list(accumulate(amounts, initial=held.balance))
    if min(balances) < 0 or max(balances) > MAX_MINOR:
        return None
    kinds = list(_names(amounts, balances, has_paid=held.has_paid))
    for number, place in enumerate(places):
        if _states(movements, place):
            stated, after = movements.stated_kind[place], movements.stated_after[place]
            if stated not in (None, kinds[number]) or after not in (None, balances[number + 1]):
                return None
    return kinds


def _names(amounts: Sequence[int], balances: Sequence[int], *, has_paid: bool) -> Iterator[str]:
    # `metrics.movements.classify` without a call for each of a million steps.
    for amount, before, after in zip(amounts, balances, balances[1:], strict=False):
        if not amount:
            yield _UNCHANGED
        elif not before:
            yield _REACTIVATION if has_paid else _NEW
        elif not after:
            yield _CHURN
        else:
            yield _EXPANSION if amount > 0 else _CONTRACTION
        has_paid = has_paid or after > 0


_NEW, _EXPANSION = MovementKind.NEW.value, MovementKind.EXPANSION.value
_CONTRACTION, _CHURN = MovementKind.CONTRACTION.value, MovementKind.CHURN.value
_REACTIVATION, _UNCHANGED = MovementKind.REACTIVATION.value, MovementKind.UNCHANGED.value


def _replay(
    session: Session,
    movements: FileMovements,
    places: Mapping[str, Sequence[int]],
    accounts: Collection[str],
    restated: Sequence[int],
    *,
    source: str,
    result: Kinds,
) -> None:
    again = [_movement(movements, place) for place in restated]
    by_key: dict[tuple[str, str | None], NewMovement] = {
        (source, movement.movement_id): movement for movement in again
    }
    held = held_movements(session, accounts)
    for account in accounts:
        new = sorted(places.get(account, ()))  # back in file order, in which `replay` wants them
        found = replay(
            held.get(account, ()), [_movement(movements, place) for place in new], restated=by_key
        )
        result.findings.extend(found.findings)
        for place in new:
            kind = found.kinds.get(_key(movements, place))
            if kind is not None:
                result.by_row[place] = kind.value


def _key(movements: FileMovements, place: int) -> str:
    # A row without an id gets one that no row can have: labels hold no line break.
    return movements.movement_id[place] or f"\n{movements.line[place]}"


def _movement(movements: FileMovements, place: int) -> NewMovement:
    kind, content = movements.stated_kind[place], movements.content
    return NewMovement(
        line=movements.line[place],
        movement_id=_key(movements, place),
        day=content.day[place],
        amount_minor=content.amount_minor[place],
        currency=content.currency[place],
        stated=StatedOutcome(MovementKind(kind) if kind else None, movements.stated_after[place]),
    )
