"""Replay of one account: new movements among the held ones, in the order they take effect."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from metrics.days import day_in_full
from metrics.money import minor_digits, to_major
from metrics.movements import MovementKind, classify
from storage.importing.batch import NewMovement
from storage.importing.cells import MAX_MINOR
from storage.importing.held import HeldMovement
from storage.importing.report import RowFinding
from storage.store.column_types import day_of

Step = HeldMovement | NewMovement
_RENEWAL = MovementKind.RENEWAL


@dataclass(slots=True)
class Replay:
    """Kinds of one account's new movements by their ids, and findings on any of them.

    ``left`` is what its last day left of an MRR of at least one major unit, where that is less.
    """

    kinds: dict[str, MovementKind]
    findings: list[RowFinding]
    left: int = 0


def replay(
    held: Iterable[HeldMovement],
    new: Sequence[NewMovement],
    *,
    account: str = "the account",
    restated: Mapping[tuple[str, str | None], NewMovement] = MappingProxyType({}),
) -> Replay:
    """Run one account's movements day by day and classify the new ones by what the day comes to.

    Parameters
    ----------
    held : iterable of HeldMovement
        Every live movement of the account in the ledger, in its order.
    new : sequence of NewMovement
        In file order; a day's rows may come in any order.
    account : str
        As findings name it.
    restated : mapping of source and movement id to NewMovement
        Held ones that the file states again. Kind and MRR that they state must be so now, or have
        been so when they landed: rows before them may have come in since.

    Returns
    -------
    Replay
        Kinds by movement id. A day that closes below zero, also one of held movements behind a
        back-dated new one, is a finding on the last new line before it, and ends the replay: any
        that follow would only repeat it.
    """
    result = Replay({}, [])
    balance, has_paid, latest = 0, False, None
    steps: list[Step] = [*held, *new]
    steps.sort(key=lambda step: step.day)  # stable: on one day held ones stay first
    place = 0
    for number, same_day in groupby(steps, key=lambda step: step.day):
        day = _Day.of(list(same_day), balance, has_paid=has_paid)
        latest = day.blamed or latest
        if latest is not None and not 0 <= day.close <= MAX_MINOR:  # held ones alone were checked
            # What the account has before that row: others of its day may stand in the same file.
            has = balance if day.blamed is None else day.close - latest.amount_minor
            result.findings.append(_out_of_range(account, latest, number, has, day.close))
            return result
        for row, step in enumerate(day.steps):
            if isinstance(step, NewMovement):
                result.findings.extend(day.disagreements(row, step))
                result.kinds[step.movement_id] = _RENEWAL if day.renews(step) else day.kind
            elif step.key in restated:
                now = list(day.disagreements(row, restated[step.key]))
                if now and not _was_so(restated[step.key], step, steps[: place + row + 1]):
                    result.findings.extend(now)
        before, balance = balance, day.close
        has_paid, place = has_paid or balance > 0, place + len(day.steps)
        result.left = _left(before, balance, latest)
    return result


@dataclass(frozen=True, slots=True)
class _Day:
    """One day's movements: what it comes to, and what each could be in the orders that files have.

    ``outcomes`` are kinds and MRR afterwards of each row in file order, and the other way round.
    """

    steps: Sequence[Step]
    close: int
    kind: MovementKind
    outcomes: Sequence[Sequence[tuple[MovementKind, int]]]

    @classmethod
    def of(cls, steps: Sequence[Step], before: int, *, has_paid: bool) -> "_Day":
        forth = [*_outcomes(steps, before, has_paid=has_paid)]
        back = [*_outcomes(steps[::-1], before, has_paid=has_paid)][::-1]
        close = before + sum(step.amount_minor for step in steps)
        kind = classify(before, close, has_paid=has_paid)
        return cls(steps, close, kind, [*zip(forth, back, strict=True)])

    @property
    def blamed(self) -> NewMovement | None:
        """The new row that what is wrong is found on: the last loss, else the last one."""
        new = [step for step in self.steps if isinstance(step, NewMovement)]
        losses = [step for step in new if step.amount_minor < 0]
        return next(iter([*losses[-1:], *new[-1:]]), None)

    def renews(self, movement: NewMovement) -> bool:
        """Tell whether the source says a renewal: it alone knows one."""
        return movement.stated.kind is _RENEWAL and self.kind is MovementKind.UNCHANGED

    def disagreements(self, row: int, movement: NewMovement) -> Iterator[RowFinding]:
        """Find what a movement states of itself and that is so in no order of the day."""
        stated, possible = movement.stated, self.outcomes[row]
        kinds = {self.kind, *(kind for kind, _ in possible)}
        if stated.kind is _RENEWAL:
            kinds |= {stated.kind} if MovementKind.UNCHANGED in kinds else set()
        if stated.kind is not None and stated.kind not in kinds:
            yield _other_kind(movement, stated.kind, possible[0][0])
        if stated.after is not None and stated.after not in {
            self.close,
            *(after for _, after in possible),
        }:
            yield _other_after(movement, stated.after, possible[0][1])


def _outcomes(
    steps: Sequence[Step], balance: int, *, has_paid: bool
) -> Iterator[tuple[MovementKind, int]]:
    for step in steps:
        before, balance = balance, balance + step.amount_minor
        yield classify(before, balance, has_paid=has_paid), balance
        has_paid = has_paid or balance > 0


def _left(before: int, after: int, latest: NewMovement | None) -> int:
    if latest is None:
        return 0
    unit = 10 ** minor_digits(latest.currency)
    return after if 0 < after < unit <= before else 0


def _was_so(again: NewMovement, held: HeldMovement, until: Sequence[Step]) -> bool:
    landed = sum(
        step.amount_minor
        for step in until
        if isinstance(step, HeldMovement) and step.import_id <= held.import_id
    )
    kind, stated = held.kind, again.stated
    is_renewal = stated.kind is _RENEWAL and kind is MovementKind.UNCHANGED
    return (stated.kind in (None, kind) or is_renewal) and stated.after in (None, landed)


def _out_of_range(
    account: str, latest: NewMovement, day: int, before: int, after: int
) -> RowFinding:
    problem = "below zero" if after < 0 else "beyond what an MRR can be"
    has, would_be = (to_major(minor, latest.currency) for minor in (before, after))
    amounts = f"has {has}, would be {would_be}"
    return RowFinding(
        latest.line, f"amount takes {account} {problem} on {day_in_full(day_of(day))}: {amounts}"
    )


def _other_kind(movement: NewMovement, stated: MovementKind, kind: MovementKind) -> RowFinding:
    by = f"type says {stated}, but by the ledger it is {kind}"
    return RowFinding(movement.line, f"{by}: leave that column out with `--ignore type`")


def _other_after(movement: NewMovement, stated: int, after: int) -> RowFinding:
    says, is_ = (to_major(minor, movement.currency) for minor in (stated, after))
    by = f"mrr_after says {says}, but by the ledger it is {is_}"
    return RowFinding(movement.line, f"{by}: leave that column out with `--ignore mrr_after`")
