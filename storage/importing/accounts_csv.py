"""Accounts from a CSV file: names, parents and attributes that no movement carries."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

from storage.importing.batch import (
    AccountGroup,
    Batch,
    FileIdentity,
    NewAccount,
    NewStatement,
    ReadProblems,
)
from storage.importing.cells import EARLIEST, parse_day, parse_label, parse_moment
from storage.importing.csv_file import open_csv
from storage.importing.readings import ChunkReader, Readings, attribute_columns, optional, required
from storage.importing.report import ImportPhase, Progress, unobserved
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

    An attribute holds from ``valid_from`` on; where that is empty, it was always so. Of two lines
    that say different things of the same account from the same day on, the later one counts.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. Faults of single rows are in the findings.
    """
    del scratch  # a company has too few accounts for temporary files
    file = open_csv(path, max_bytes=max_bytes, aliases={}, required=("account_id",))
    dimensions = attribute_columns(file.columns, OWN_COLUMNS)
    file_reader = _AccountsReader(dimensions, now=now, today=today)
    problems, rows = ReadProblems(), 0
    for chunk in file.chunks():
        reader = ChunkReader(chunk, file.columns)
        file_reader.take(reader)
        rows += len(chunk.rows)
        problems.findings += (*chunk.findings, *reader.findings)
        problems.unreadable |= reader.unreadable_accounts()
        problems.ragged = problems.ragged or bool(chunk.findings)
        progress(ImportPhase.READING, done=rows, total=max(file.line_count, rows))
    statements = tuple(file_reader.statements.values())
    return Batch(
        file=FileIdentity(source=SOURCE, sha256=file.sha256, rows=rows),
        groups=(AccountGroup(accounts=file_reader.accounts, statements=statements),),
        recorded_at=moment_text(now),
        problems=problems,
    )


class _AccountsReader:
    def __init__(self, dimensions: Sequence[str], *, now: datetime, today: date) -> None:
        self.accounts: dict[str, NewAccount] = {}
        self.statements: dict[tuple[str, str, str, str], NewStatement] = {}
        self._dimensions, self._recorded_at = dimensions, moment_text(now)
        self._account = Readings(required(parse_label))
        self._label = Readings(optional(parse_label))
        self._day = Readings(optional(partial(parse_day, today=today)))
        self._moment = Readings(optional(lambda text: moment_text(parse_moment(text, now=now))))

    def take(self, reader: ChunkReader) -> None:
        ids = reader.values("account_id", self._account)
        names, parents = (reader.values(name, self._label) for name in ("name", "parent_id"))
        created, since = (reader.values(name, self._day) for name in ("created_on", "valid_from"))
        recorded = reader.values("recorded_at", self._moment)
        values = [reader.values(name, self._label) for name in self._dimensions]
        for place, (account_id, parent_id) in enumerate(zip(ids, parents, strict=True)):
            if account_id is not None and account_id == parent_id:
                reader.refuse(place, "parent_id is the account itself: leave it empty")
            if account_id is None or place in reader.wrong_rows:
                continue
            self._add(
                NewAccount(
                    line=reader.lines[place],
                    account_id=account_id,
                    name=names[place],
                    parent_id=parent_id,
                    created_on=created[place],
                ),
                [column[place] for column in values],
                since=since[place] or EARLIEST,
                recorded_at=recorded[place] or self._recorded_at,
            )

    def _add(
        self, account: NewAccount, values: Sequence[str | None], *, since: date, recorded_at: str
    ) -> None:
        key, valid_from = account.account_id, since.isoformat()
        self.accounts[key] = account.over(self.accounts.get(key))
        for dimension, value in zip(self._dimensions, values, strict=True):
            if value is not None:  # an empty cell says nothing: it does not take a value away
                self.statements[key, dimension, valid_from, recorded_at] = NewStatement(
                    account.line, key, dimension, value, valid_from, recorded_at
                )
