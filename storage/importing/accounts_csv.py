"""Accounts from a CSV file: names, parents and attributes that no movement carries."""

from datetime import date, datetime
from functools import partial
from pathlib import Path

from storage.importing.batch import AccountGroup, Batch, NewAccount, NewStatement
from storage.importing.cells import EARLIEST, parse_day, parse_label, parse_moment
from storage.importing.csv_file import CHUNK_ROWS, read_csv
from storage.importing.progress import ImportPhase, Progress, unobserved
from storage.importing.row_reader import RowReader, attribute_columns
from storage.importing.spool import Scratch
from storage.store.column_types import moment_text

SOURCE = "accounts"
OWN_COLUMNS = {"account_id", "name", "parent_id", "created_on", "valid_from", "recorded_at"}


def read_accounts(
    path: Path,
    *,
    max_bytes: int,
    now: datetime,
    today: date,
    scratch: Scratch,
    progress: Progress = unobserved,
) -> Batch:
    """Read an accounts file, in memory; every column that is not an account's own is an attribute.

    An attribute holds from ``valid_from`` on, where that is empty from ``created_on``, and
    otherwise from the beginning of the ledger. Of two lines that say different things of the same
    account from the same day on, the later one counts.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. What is wrong with single rows is in the findings.
    """
    del scratch
    table = read_csv(path, max_bytes=max_bytes, aliases={}, required=("account_id",))
    dimensions = attribute_columns(table.columns, OWN_COLUMNS)
    accounts: dict[str, NewAccount] = {}
    statements: dict[tuple[str, str, str, str], NewStatement] = {}
    findings, unreadable = list(table.findings), set()
    for number, (line, cells) in enumerate(table.rows):
        if number % CHUNK_ROWS == 0:
            progress(ImportPhase.READING, done=number, total=len(table.rows))
        row = RowReader(line, cells)
        account = _account(row, today=today)
        valid_from = row.optional("valid_from", partial(parse_day, today=today))
        recorded_at = row.optional("recorded_at", partial(parse_moment, now=now))
        values = row.labels(dimensions)
        if account is None or row.findings:
            findings += row.findings
            unreadable.add(cells["account_id"])
            continue
        accounts[account.account_id] = account.over(accounts.get(account.account_id))
        since = (valid_from or account.created_on or EARLIEST).isoformat()
        for dimension, value in values.items():
            statement = NewStatement(
                line=line,
                account_id=account.account_id,
                dimension=dimension,
                value=value,
                valid_from=since,
                recorded_at=moment_text(recorded_at or now),
            )
            statements[account.account_id, dimension, since, statement.recorded_at] = statement
    return Batch(
        source=SOURCE,
        sha256=table.sha256,
        rows=len(table.rows),
        groups=(AccountGroup(accounts=accounts, statements=tuple(statements.values())),),
        recorded_at=moment_text(now),
        findings=findings,
        unreadable=frozenset(unreadable),
        ragged=bool(table.findings),
    )


def _account(row: RowReader, *, today: date) -> NewAccount | None:
    account_id = row.required("account_id", parse_label)
    name, parent_id = row.label("name"), row.label("parent_id")
    created_on = row.optional("created_on", partial(parse_day, today=today))
    if account_id is None:
        return None
    if parent_id == account_id:
        row.find("parent_id", "is the account itself: leave it empty")
    return NewAccount(
        line=row.line,
        account_id=account_id,
        name=name,
        parent_id=parent_id,
        created_on=created_on,
    )
