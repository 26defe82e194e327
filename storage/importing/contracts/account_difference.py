"""One account's list of terms against what the ledger holds of it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from metrics.contracts.amendments import unknown_amendments
from metrics.contracts.changes import Schedule, TermChange
from metrics.contracts.schedule import schedule
from storage.importing.contracts.held_terms import BalanceStep, HeldAccount
from storage.importing.contracts.term_rows import TermRow
from storage.importing.movements import NO_LINE, FileTexts
from storage.importing.report import RowFinding
from storage.store.column_types import day_number

_ONE_TERM = ("product", "currency", "start", "is_usage")
_Key = str | tuple[int, ...]


@dataclass(slots=True)
class AccountDifference:
    """Changes that an account's terms in a list make in the ledger.

    ``movements`` have the row that they come from if it says something new, ``stored`` are the
    rows of contracts that are not held as the list has them, ``lines`` those that say something
    new, and ``withdrawn`` the numbers of rows that no longer wait for their day. ``usage`` are
    movements of the second series, the future ones among them.
    """

    stored: list[TermRow] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    movements: list[tuple[BalanceStep, int, TermRow | None]] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    findings: list[RowFinding] = field(default_factory=list)
    schedule: Schedule = field(default_factory=Schedule)
    usage: list[tuple[BalanceStep, int, TermRow | None]] = field(default_factory=list)


def compare(
    rows: Sequence[TermRow],
    held: HeldAccount,
    texts: FileTexts,
    *,
    gone: Collection[str],
    today: date,
) -> AccountDifference:
    """Compare one account's rows of a list with what the ledger holds.

    Rows replace those held of their contract; a contract that the list does not name stays as it
    is held.

    Parameters
    ----------
    gone : collection of str
        Contracts that the list has under other accounts only.
    """
    found = AccountDifference()
    kept = _without_repetitions(rows, found)
    _find_changed(kept, held, found)
    keys = {row.key for row in kept}
    all_rows = [row for row in held.terms if row.key not in keys and row.contract not in gone]
    all_rows += kept
    terms = [row.term(texts) for row in all_rows]
    found.schedule = schedule(terms, today=today)
    for number in unknown_amendments(terms):
        _refuse(found, all_rows[number], "is no contract of this account", "amendment_of")
    usage = Schedule()
    if any(term.is_usage for term in terms):  # to each series the terms of the other are no MRR
        usage = schedule([replace(one, is_usage=not one.is_usage) for one in terms], today=today)
    for number in found.schedule.unpriced:
        message = "is empty, and so it is in what it amends: fill it, or say per what in per"
        _refuse(found, all_rows[number], message, "end")
    for number in found.schedule.late:
        message = "is empty, and what it amends is over before it begins: fill it"
        _refuse(found, all_rows[number], message, "end")
    _settle(found, all_rows, held)
    _settle_usage(found, usage, all_rows, held)
    return found


def _without_repetitions(rows: Sequence[TermRow], found: AccountDifference) -> list[TermRow]:
    kept: dict[tuple[object, ...], TermRow] = {}
    for row in rows:
        slot: tuple[object, ...] = row.key, row.says
        if row.contract:
            slot = row.key, row.value("cadence") < 0, *map(row.value, _ONE_TERM)
        first = kept.setdefault(slot, row)
        if first is row:
            continue
        line = first.value("line")
        if not row.contract:
            message = f"says the same as line {line}: leave one out, or give both a contract_id"
            found.findings.append(RowFinding(row.value("line"), message))
        elif row.says != first.says:
            message = f"is that of line {line}, too: give each term an id or a product of its own"
            _refuse(found, row, message, "contract_id", row.contract)
    return [*kept.values()]


def _find_changed(rows: Sequence[TermRow], held: HeldAccount, found: AccountDifference) -> None:
    if not held.terms:
        found.stored += rows
        found.lines.update(row.value("line") for row in rows)
        return
    before: defaultdict[_Key, Counter[object]] = defaultdict(Counter)
    for row in held.terms:
        before[row.key][row.says] += 1
    now: defaultdict[_Key, list[TermRow]] = defaultdict(list)
    for row in rows:
        now[row.key].append(row)
    for key, of_key in now.items():
        if before[key] != Counter(row.says for row in of_key):
            new = [row for row in of_key if row.says not in before[key]]
            found.stored += of_key
            found.lines.update(row.value("line") for row in new or of_key)


def _settle(found: AccountDifference, rows: Sequence[TermRow], held: HeldAccount) -> None:
    """Set what the terms come to against what is held, and against what waits for its day."""
    wanted, origins = _wanted(found.schedule.changes, rows, found.lines)
    waiting = {moved: list(due) for moved, due in held.due.items()}
    for moved in dict.fromkeys((*wanted, *held.amounts)):
        amount = wanted.get(moved, 0) - held.amounts.get(moved, 0)
        if amount and not _waits(waiting.get(moved, []), amount):
            found.movements.append((moved, amount, origins.get(moved)))
    found.withdrawn += [number for due in waiting.values() for _, number in due]


def _settle_usage(
    found: AccountDifference, usage: Schedule, rows: Sequence[TermRow], held: HeldAccount
) -> None:
    wanted, origins = _wanted(usage.changes, rows, found.lines)
    sums, first = Counter[BalanceStep](), dict[BalanceStep, TermRow]()
    for moved, amount in wanted.items():  # usage has no drivers
        plain = moved._replace(driver=None)
        sums[plain] += amount
        if moved in origins:
            first.setdefault(plain, origins[moved])
    for moved in dict.fromkeys((*sums, *held.usage)):
        if amount := sums[moved] - held.usage.get(moved, 0):
            found.usage.append((moved, amount, first.get(moved)))


def _waits(due: list[tuple[int, int]], amount: int) -> bool:
    for place, (waiting, _) in enumerate(due):
        if waiting == amount:
            del due[place]
            return True
    return False


def _wanted(
    changes: Sequence[TermChange], rows: Sequence[TermRow], lines: Collection[int]
) -> tuple[Mapping[BalanceStep, int], Mapping[BalanceStep, TermRow]]:
    wanted, origins = {}, {}
    for change in changes:
        driver = change.driver.value if change.driver else None
        moved = BalanceStep(*change.position, day_number(change.day), driver)
        wanted[moved] = change.amount_minor
        if rows[change.number].value("line") in lines:
            origins[moved] = rows[change.number]
    return wanted, origins


def _refuse(
    found: AccountDifference, row: TermRow, message: str, column: str, cell: str = ""
) -> None:
    if row.value("line") != NO_LINE:  # what is held was checked when it came
        shown = cell or (row.amends or "" if column == "amendment_of" else "")
        found.findings.append(RowFinding(row.value("line"), message, column, shown))
