"""Replay of one account: new movements among the held ones, in the order they take effect."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from types import MappingProxyType

from metrics.money import to_major
from metrics.movements import MovementKind, classify
from storage.importing.batch import NewMovement
from storage.importing.cells import MAX_MINOR
from storage.importing.held import HeldMovement
from storage.importing.report import RowFinding
from storage.store.column_types import day_of

Step = HeldMovement | NewMovement


@dataclass(frozen=True, slots=True)
class Replay:
    """Kinds of one account's new movements by their ids, and findings on any of them."""

    kinds: dict[str, MovementKind]
    findings: list[RowFinding]


def replay(
    held: Iterable[HeldMovement],
    new: Sequence[NewMovement],
    *,
    restated: Mapping[tuple[str, str | None], NewMovement] = MappingProxyType({}),
) -> Replay:
    """Run one account's movements in order and classify the new ones.

    Parameters
    ----------
    held : iterable of HeldMovement
        Every movement of the account in the ledger, in its order.
    new : sequence of NewMovement
        In file order. On one day the held ones come first, then these in file order, unless gains
        have to come before losses for the balance to stay above zero: a day's rows may come in any
        order.
    restated : mapping of source and movement id to NewMovement
        Held ones that the file states again. Kind and MRR that they state must be so now, or have
        been so when they landed: rows before them may have come in since.

    Returns
    -------
    Replay
        Kinds by movement id. A balance that falls below zero, also at a held movement behind a
        back-dated new one, is a finding on the last new line before it, and ends the replay: any
        that follow would only repeat it.
    """
    result = Replay({}, [])
    balance, has_paid, latest = 0, False, None
    steps: list[Step] = [*held, *new]
    steps.sort(key=lambda step: step.day)  # stable: on one day held ones stay first
    steps = list(_in_possible_order(steps))
    for place, step in enumerate(steps):
        before, balance = balance, balance + step.amount_minor
        latest = step if isinstance(step, NewMovement) else latest
        if latest is not None and not 0 <= balance <= MAX_MINOR:  # held ones alone were checked
            result.findings.append(_out_of_range(latest, step.day, balance))
            return result
        if isinstance(step, NewMovement):
            kind = classify(before, balance, has_paid=has_paid)
            result.findings.extend(_disagreements(step, kind, balance))
            # The source alone knows a renewal; any other kind that it states is the same or wrong.
            result.kinds[step.movement_id] = step.stated.kind or kind
        elif step.key in restated:
            kind = classify(before, balance, has_paid=has_paid)
            again = restated[step.key]
            now = list(_disagreements(again, kind, balance))
            if now and not _was_so(again, step, steps[: place + 1]):
                result.findings.extend(now)
        has_paid = has_paid or balance > 0
    return result


def _in_possible_order(steps: Iterable[Step]) -> Iterator[Step]:
    balance = 0
    for _, same_day in groupby(steps, key=lambda step: step.day):
        of_day = list(same_day)
        balances = list(accumulate((step.amount_minor for step in of_day), initial=balance))
        if min(balances) < 0:
            of_day.sort(key=lambda step: step.amount_minor < 0)
        yield from of_day
        balance = balances[-1]


def _was_so(again: NewMovement, held: HeldMovement, until: Sequence[Step]) -> bool:
    landed = sum(
        step.amount_minor
        for step in until
        if isinstance(step, HeldMovement) and step.import_id <= held.import_id
    )
    return not any(_disagreements(again, MovementKind(held.kind), landed))


def _out_of_range(latest: NewMovement, day: int, balance: int) -> RowFinding:
    problem = "below zero" if balance < 0 else "beyond what an MRR can be"
    when = "" if day == latest.day else f" on {day_of(day)}"
    return RowFinding(latest.line, f"amount takes the account's MRR {problem}{when}")


def _disagreements(movement: NewMovement, kind: MovementKind, after: int) -> Iterator[RowFinding]:
    stated = movement.stated
    is_renewal = stated.kind is MovementKind.RENEWAL and kind is MovementKind.UNCHANGED
    if stated.kind not in (None, kind) and not is_renewal:
        yield RowFinding(movement.line, f"type says {stated.kind}, but by the ledger it is {kind}")
    if stated.after is not None and stated.after != after:
        says, is_ = (to_major(minor, movement.currency) for minor in (stated.after, after))
        yield RowFinding(movement.line, f"mrr_after says {says}, but by the ledger it is {is_}")
