"""MRR movements from a CSV file: ``account_id, date, amount, currency`` and what else it has."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path

from metrics.movements import MovementKind
from storage.importing.batch import ID_IN_USE, Batch, NewAccount, NewMovement, NewStatement
from storage.importing.cells import (
    CellError,
    parse_amount,
    parse_currency,
    parse_day,
    parse_label,
    parse_moment,
)
from storage.importing.csv_file import read_csv
from storage.importing.row_reader import RowReader, attribute_columns

SOURCE = "movements"
ALIASES = {"effective_on": "date", "kind": "type"}
REQUIRED = ("account_id", "date", "amount", "currency")
OWN_COLUMNS = {*REQUIRED, "movement_id", "type", "mrr_after", "driver", "recorded_at"}
_KINDS = ", ".join(MovementKind)


def read_movements(path: Path, *, max_bytes: int, now: datetime, today: date) -> Batch:
    """Read a movements file; every column that is not a movement's own is an attribute.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. What is wrong with single rows is in the findings.
    """
    table = read_csv(path, max_bytes=max_bytes, aliases=ALIASES, required=REQUIRED)
    dimensions = attribute_columns(table, OWN_COLUMNS)
    movements: list[NewMovement] = []
    statements: list[NewStatement] = []
    accounts: dict[str, NewAccount] = {}
    findings, unreadable = list(table.findings), set()
    seen: dict[str, Mapping[str, str]] = {}
    for line, cells in table.rows:
        row = RowReader(line, cells)
        if seen.setdefault(cells.get("movement_id") or f"line {line}", cells) != cells:
            row.find("movement_id", ID_IN_USE)
        movement = _movement(row, sha256=table.sha256, now=now, today=today)
        values = row.labels(dimensions)
        if movement is None or row.findings:
            findings += row.findings
            unreadable.add(cells["account_id"])
            continue
        movements.append(movement)
        account = NewAccount(line=line, account_id=movement.account_id)
        accounts.setdefault(account.account_id, account)
        statements += [_statement(movement, *item) for item in values.items()]
    return Batch(
        source=SOURCE,
        sha256=table.sha256,
        rows=len(table.rows),
        movements=movements,
        statements=statements,
        accounts=accounts,
        findings=findings,
        unreadable=frozenset(unreadable),
        ragged=bool(table.findings),
    )


def _movement(row: RowReader, *, sha256: str, now: datetime, today: date) -> NewMovement | None:
    account_id = row.required("account_id", parse_label)
    effective_on = row.required("date", partial(parse_day, today=today))
    currency = row.required("currency", parse_currency)
    parse_money = partial(parse_amount, currency=currency or "")
    amount = row.required("amount", parse_money) if currency else None
    after = row.optional("mrr_after", parse_money) if currency else None
    kind = row.optional("type", _parse_kind)
    recorded_at = row.optional("recorded_at", partial(parse_moment, now=now))
    movement_id, driver, product = map(row.label, ("movement_id", "driver", "product"))
    if account_id is None or effective_on is None or currency is None or amount is None:
        return None
    return NewMovement(
        line=row.line,
        movement_id=movement_id or f"{sha256}:{row.line}",
        account_id=account_id,
        effective_on=effective_on,
        amount_minor=amount,
        currency=currency,
        recorded_at=recorded_at or now,
        states_recorded_at=recorded_at is not None,
        product=product,
        driver=driver,
        stated_kind=kind,
        stated_after=after,
    )


def _statement(movement: NewMovement, dimension: str, value: str) -> NewStatement:
    return NewStatement(
        line=movement.line,
        account_id=movement.account_id,
        dimension=dimension,
        value=value,
        valid_from=movement.effective_on,
        recorded_at=movement.recorded_at,
        movement_id=movement.movement_id,
    )


def _parse_kind(text: str) -> MovementKind:
    try:
        return MovementKind(text.lower())
    except ValueError:
        raise CellError(f"is none of {_KINDS}") from None
