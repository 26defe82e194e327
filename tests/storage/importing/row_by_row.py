"""Imports one row at a time and one account at a time: slow, plain, and what speed must equal."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TypeVar

from metrics.days import day_in_full
from metrics.money import apportioned, to_major
from metrics.movements import MovementKind
from storage.importing.answers import parse_kind
from storage.importing.batch import ID_IN_USE, NewMovement, StatedOutcome
from storage.importing.cells import (
    CellError,
    parse_amount,
    parse_any_day,
    parse_currency,
    parse_label,
    parse_moment,
)
from storage.importing.held import HeldMovement
from storage.importing.movements_csv import OWN_COLUMNS
from storage.importing.readings import attribute_columns
from storage.importing.replay import replay
from storage.importing.report import RowFinding
from storage.importing.spool import Scratch
from storage.importing.tables.opening import open_table
from storage.store.column_types import day_number
from tests.storage.stores import NOW

SOURCE = "movements"
T = TypeVar("T")


@dataclass(frozen=True)
class CsvTable:
    """Every row of a file that has the right number of cells, with its line number."""

    sha256: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[int, Mapping[str, str]]]
    findings: Sequence[RowFinding]


def read_csv(path: Path, *, max_bytes: int) -> CsvTable:
    """Read a whole file, row by row."""
    rows: list[tuple[int, Mapping[str, str]]] = []
    findings: list[RowFinding] = []
    with Scratch() as scratch:
        opened = open_table(path, max_bytes=max_bytes, scratch=scratch)
        table = opened.named([name.strip().lower() for name in opened.header])
        for chunk in table.chunks():
            findings += chunk.findings
            for line, cells in zip(chunk.lines, chunk.rows, strict=True):
                rows.append((line, dict(zip(table.columns, map(str.strip, cells), strict=True))))
    return CsvTable(table.file.sha256, table.columns, rows, findings)


class RowReader:
    """Reads the cells of one line by column; a cell that cannot be read becomes a finding."""

    def __init__(self, line: int, cells: Mapping[str, str]) -> None:
        self.line = line
        self.findings: list[RowFinding] = []
        self._cells = cells

    def find(self, column: str, message: str) -> None:
        """Note that a column's cell is wrong."""
        self.findings.append(RowFinding(self.line, f"{column} {message}"))

    def required(self, column: str, parse: Callable[[str], T]) -> T | None:
        """Return a cell's value; None, with a finding, when it cannot be read."""
        text = self._cells[column]
        if not text:
            self.find(column, "is empty")
            return None
        return self._parse(column, text, parse)

    def optional(self, column: str, parse: Callable[[str], T]) -> T | None:
        """Return a cell's value; None when the cell is empty or its column is not there."""
        text = self._cells.get(column)
        return self._parse(column, text, parse) if text else None

    def label(self, column: str) -> str | None:
        """Return a cell's text; None when it is empty."""
        return self.optional(column, parse_label)

    def labels(self, columns: Sequence[str]) -> dict[str, str]:
        """Return the texts of the columns that have one."""
        found = ((column, self.label(column)) for column in columns)
        return {column: text for column, text in found if text is not None}

    def _parse(self, column: str, text: str, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(text)
        except CellError as error:
            self.find(column, str(error))
            return None


@dataclass(frozen=True)
class Row:
    """A line of the file that can be read, or a movement of the ledger."""

    line: int
    key: str
    account: str
    day: date
    amount: int
    currency: str
    driver: str | None
    product: str | None
    recorded_at: datetime
    states_recorded_at: bool
    kind: MovementKind | None
    after: int | None
    values: Mapping[str, str]

    @property
    def content(self) -> tuple[object, ...]:
        return self.account, self.day, self.amount, self.currency, self.product, self.driver

    @property
    def unit(self) -> tuple[str, str]:
        """The account and the currency, in each of which it has a balance."""
        return self.account, self.currency

    def movement(self) -> NewMovement:
        return NewMovement(
            line=self.line,
            movement_id=self.key,
            day=day_number(self.day),
            amount_minor=self.amount,
            currency=self.currency,
            stated=StatedOutcome(self.kind, self.after),
        )


@dataclass
class RowByRow:
    """A ledger in memory: its movements with their kinds and imports, and its attributes."""

    movements: list[tuple[Row, MovementKind, int]] = field(default_factory=list)
    values: list[tuple[str, str, str, date]] = field(default_factory=list)
    landed: set[str] = field(default_factory=set)

    def import_file(self, path: Path) -> list[RowFinding]:
        """Land a file, or return what is wrong with it."""
        table = read_csv(path, max_bytes=2**20)
        if table.sha256 in self.landed:
            return []
        dimensions = attribute_columns(table.columns, OWN_COLUMNS)
        rows: list[Row] = []
        findings = list(table.findings)
        seen: dict[str, Mapping[str, str]] = {}
        unreadable: set[str] = set()
        for line, cells in table.rows:
            reader = RowReader(line, cells)
            key = cells.get("movement_id")
            if key and seen.setdefault(key, cells) != cells:
                reader.find("movement_id", ID_IN_USE)
            row = _read(reader, dimensions)
            if row is None or reader.findings:
                findings += reader.findings
                unreadable.add(cells["account_id"])
            else:
                alike = sum(other.key.startswith(f"{row.key} ") for other in rows)
                rows.append(row if key else replace(row, key=f"{row.key} {alike}"))
        if table.findings:
            return sorted(findings)
        return self._land(rows, findings, unreadable, table.sha256)

    def _land(
        self, rows: list[Row], findings: list[RowFinding], doubtful: set[str], sha256: str
    ) -> list[RowFinding]:
        held = {row.key: row for row, _, _ in self.movements}
        fresh: list[Row] = []
        for row in rows:
            before = held.setdefault(row.key, row)
            # A row without an id is known by its content, which its moment is no part of.
            has_id = not row.key.startswith("\n")
            states_moment = has_id and row.states_recorded_at
            other_moment = states_moment and before.recorded_at != row.recorded_at
            if before is row:
                fresh.append(row)
            elif before.content != row.content or other_moment:
                findings.append(RowFinding(row.line, f"movement_id {ID_IN_USE}"))
                doubtful.add(row.account)
        fresh_keys = {row.key for row in fresh}
        values = self._new_values(rows, fresh_keys, findings)
        restated: dict[tuple[str, str | None], NewMovement] = {
            (SOURCE, row.key): row.movement()
            for row in rows
            if row.key not in fresh_keys and not row.key.startswith("\n")
        }
        kinds: dict[str, MovementKind] = {}
        for unit in sorted({row.unit for row in rows if row.account not in doubtful}):
            own = [row for row in fresh if row.unit == unit]
            own.sort(key=lambda row: (row.states_recorded_at, row.recorded_at))
            new = [row.movement() for row in own]
            result = replay(self._held(unit), new, account=unit[0], restated=restated)
            findings += result.findings
            if len(result.kinds) == len(new):
                findings += self._of_products(unit, fresh)
            kinds |= result.kinds
        if findings:
            return sorted(findings)
        number = len(self.landed) + 1
        if fresh or values:
            self.landed.add(sha256)
        self.movements += [(row, kinds[row.key], number) for row in fresh]
        self.values += values
        return []

    def _of_products(self, unit: tuple[str, str], fresh: list[Row]) -> Iterator[RowFinding]:
        """Find the first day on which a product of an account and currency closes below zero."""
        new = {row.key for row in fresh}
        rows = [row for row, _, _ in self.movements if row.unit == unit]
        rows += [row for row in fresh if row.unit == unit]
        left = {row.product: 0 for row in rows}
        latest: Row | None = None
        for day in sorted({row.day for row in rows}):
            own, before = [row for row in rows if row.day == day], dict(left)
            whole = [row for row in own if row.amount >= 0 or row.product]
            spread = [row for row in own if row not in whole]
            for row in whole:
                left[row.product] += row.amount
            for row in spread:
                paying = [product for product in left if left[product] > 0]
                shares = [-row.amount * Fraction(left[product]) for product in paying]
                total = sum(left[product] for product in paying)
                parts = apportioned([share / total for share in shares], -row.amount)
                for product, part in zip(paying, parts, strict=True):
                    left[product] -= part
            latest = next((row for row in reversed(whole + spread) if row.key in new), latest)
            wrong = [product for product in left if product and left[product] < 0]
            if wrong and latest:
                after, is_own = left[wrong[0]], latest in own and latest.product == wrong[0]
                has = after - latest.amount if is_own else before[wrong[0]]
                amounts = (to_major(one, unit[1]) for one in (has, after))
                message = f"amount takes {wrong[0]} of {unit[0]} below zero on {day_in_full(day)}"
                yield RowFinding(latest.line, "{}: has {}, would be {}".format(message, *amounts))
                return

    def _held(self, unit: tuple[str, str]) -> list[HeldMovement]:
        own = [entry for entry in self.movements if entry[0].unit == unit]
        own.sort(key=lambda entry: entry[0].day)
        return [
            HeldMovement(day_number(row.day), row.amount, (SOURCE, row.key), kind, number)
            for row, kind, number in own
        ]

    def _new_values(
        self, rows: list[Row], fresh_keys: set[str], findings: list[RowFinding]
    ) -> list[tuple[str, str, str, date]]:
        held: defaultdict[tuple[str, str, date], list[str]] = defaultdict(list)
        for account, dimension, value, day in self.values:
            held[account, dimension, day].append(value)
        newest = {place: said[-1] for place, said in held.items()}
        new = []
        for row in rows:
            for dimension, value in row.values.items():
                place = row.account, dimension, row.day
                if row.key not in fresh_keys and place in held:
                    if value not in held[place] and not row.key.startswith("\n"):
                        message = (
                            f"{dimension} is something else in the ledger for this row:"
                            " correct it with `nrrbot import accounts` or in a new row"
                        )
                        findings.append(RowFinding(row.line, message))
                elif newest.get(place) != value:
                    newest[place] = value
                    new.append((row.account, dimension, value, row.day))
        return new


def _read(row: RowReader, dimensions: tuple[str, ...]) -> Row | None:
    account = row.required("account_id", parse_label)
    day = row.required("date", parse_any_day)
    currency = row.required("currency", parse_currency)
    money = partial(parse_amount, currency=currency or "")
    amount = row.required("amount", money) if currency else None
    after = row.optional("mrr_after", money) if currency else None
    kind = row.optional("type", _parse_kind)
    recorded_at = row.optional("recorded_at", partial(parse_moment, now=NOW))
    movement_id, driver, product = map(row.label, ("movement_id", "driver", "product"))
    values = row.labels(dimensions)
    if account is None or day is None or currency is None or amount is None:
        return None
    content = f"\n{account} {day} {amount} {currency} {driver!r} {product!r}"
    return Row(
        line=row.line,
        key=movement_id or content,
        account=account,
        day=day,
        amount=amount,
        currency=currency,
        driver=driver,
        product=product,
        recorded_at=recorded_at or NOW,
        states_recorded_at=recorded_at is not None,
        kind=kind,
        after=after,
        values=values,
    )


def _parse_kind(text: str) -> MovementKind:
    return tuple(MovementKind)[parse_kind(text)]
