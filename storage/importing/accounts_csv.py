"""Accounts from a table: names, parents and attributes that no movement carries."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial

from storage.importing.batch import AccountGroup, Batch, NewAccount, NewStatement
from storage.importing.cells import EARLIEST, parse_id, parse_label, parse_moment
from storage.importing.days import DayColumn
from storage.importing.external_ids import IDS
from storage.importing.file_kind import FileKind, FileToRead
from storage.importing.identity.stated import NewIdentity, StatedIdentities
from storage.importing.parents import NO_PARENT, PARENT
from storage.importing.readings import ChunkReader, Readings, attribute_columns, optional, required
from storage.importing.tables.table import NamedTable
from storage.store.column_types import day_number, moment_number

OWN_COLUMNS = {"account_id", "name", PARENT, "created_on", "valid_from", "recorded_at"}
_OWNER = "owner"
_FOUND_BY = re.compile(r"\S+@\S+|[UW](?=[A-Z]*[0-9])[A-Z0-9]{2,}")
_SHOWN = 3
_Key = tuple[str, str, int, int]
"""Account, dimension, day and moment of a statement: of two alike the later line counts."""


def read_accounts(file: FileToRead) -> Batch:
    """Read an accounts file, in memory; every column that is not an account's own is an attribute.

    An attribute and a parent hold from ``valid_from`` on; where that is empty, it was always so. A
    parent of ``-``, or the account itself, says that it has none. Of two lines that say different
    things of the same account from the same day on, the later one counts.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. Faults of single rows are in the findings.
    """
    ids = {name for name in file.table.columns if name.startswith(IDS)}
    dimensions = attribute_columns(file.table.columns, OWN_COLUMNS | ids)
    file_reader = _AccountsReader(file.table, dimensions, now=file.now, today=file.today)
    reading = file.start()
    for reader in reading:
        file_reader.take(reader)
    group = AccountGroup(
        accounts=file_reader.accounts,
        statements=tuple(file_reader.statements.values()),
        parents=tuple(file_reader.parents.values()),
        beside=StatedIdentities(file_reader.identities, file.recorded) if ids else None,
    )
    return Batch(
        file=file.identity(reading.rows),
        groups=(group,),
        recorded=file.recorded,
        notes=[
            *_overruled(dict.fromkeys(file_reader.overruled.values())),
            *_notes(file_reader.statements.values()),
        ],
        overruled=len(file_reader.overruled.keys() - file_reader.counting_lines()),
        problems=reading.problems,
    )


def _overruled(accounts: Collection[str]) -> Iterator[str]:
    if accounts:
        stand = "1 account stands" if len(accounts) == 1 else f"{len(accounts):,} accounts stand"
        named = ", ".join([*accounts][:_SHOWN])
        yield f"{stand} on several lines that say different things ({named}): the last line counts."


def _notes(statements: Iterable[NewStatement]) -> Iterator[str]:
    owners = [
        said.value
        for said in statements
        if said.dimension == _OWNER and not _FOUND_BY.fullmatch(said.value)
    ]
    if owners:
        have = "1 account has" if len(owners) == 1 else f"{len(owners):,} accounts have"
        named = ", ".join([*dict.fromkeys(owners)][:_SHOWN])
        yield (
            f"{have} an owner by name ({named}): alerts find owners in Slack by e-mail address or"
            " user id."
        )


class _AccountsReader:
    def __init__(
        self, table: NamedTable, dimensions: Sequence[str], *, now: datetime, today: date
    ) -> None:
        self.accounts: dict[str, NewAccount] = {}
        self.statements: dict[_Key, NewStatement] = {}
        self.parents: dict[_Key, NewStatement] = {}
        self.identities: list[NewIdentity] = []
        self.overruled: dict[int, str] = {}  # lines, and their accounts
        self._ids = {name: name.removeprefix(IDS) for name in table.columns if name.startswith(IDS)}
        self._id = Readings(optional(parse_id), nothing=None)
        self._dimensions, self._recorded = dimensions, moment_number(now)
        self._has_parents = PARENT in table.columns
        self._account = Readings(required(parse_id), nothing=None)
        self._label = Readings(optional(parse_label), nothing=None)
        self._days = {
            name: Readings(
                optional(partial(DayColumn(table, name).parse, today=today)), nothing=None
            )
            for name in ("created_on", "valid_from")
        }
        self._moment = Readings(optional(partial(_moment, now=now)), nothing=None)

    def take(self, reader: ChunkReader) -> None:
        ids = reader.values("account_id", self._account)
        names, parents = (reader.values(name, self._label) for name in ("name", PARENT))
        created, since = (reader.values(*column) for column in self._days.items())
        recorded = reader.values("recorded_at", self._moment)
        values = [reader.values(name, self._label) for name in self._dimensions]
        theirs = {source: reader.values(name, self._id) for name, source in self._ids.items()}
        for place, (account_id, parent_id) in enumerate(zip(ids, parents, strict=True)):
            if account_id is None or place in reader.wrong_rows:
                continue
            moment = recorded[place]
            self._add(
                NewAccount(
                    line=reader.lines[place],
                    account_id=account_id,
                    name=names[place],
                    created_on=created[place],
                    has_parent=bool(parent_id) if self._has_parents else None,
                ),
                # Lists of customers name the account itself where it is the topmost one.
                {PARENT: NO_PARENT if parent_id == account_id else parent_id}
                | {
                    name: column[place]
                    for name, column in zip(self._dimensions, values, strict=True)
                },
                since=day_number(since[place] or EARLIEST),
                recorded=self._recorded if moment is None else moment,
            )
            self.identities += (
                NewIdentity(reader.lines[place], source, key, account_id)
                for source, column in theirs.items()
                if (key := column[place]) is not None
            )

    def counting_lines(self) -> set[int]:
        """Find the lines of which something counts."""
        said = self.accounts, self.statements, self.parents
        return {one.line for each in said for one in each.values()} | {
            one.line for one in self.identities
        }

    def _add(
        self, account: NewAccount, values: Mapping[str, str | None], *, since: int, recorded: int
    ) -> None:
        key = account.account_id
        known = self.accounts.get(key)
        if known and known.name and account.name not in (None, known.name):
            self._overrule(known)
        self.accounts[key] = account.over(known)
        for name, value in values.items():
            if value is not None:  # an empty cell says nothing: it does not take a value away
                said = self.parents if name == PARENT else self.statements
                place = key, name, since, recorded
                if place in said and said[place].value != value:
                    self._overrule(said[place])
                said[place] = NewStatement(account.line, key, name, value, since, recorded)

    def _overrule(self, said: NewAccount | NewStatement) -> None:
        self.overruled[said.line] = said.account_id


def _moment(text: str, *, now: datetime) -> int:
    return moment_number(parse_moment(text, now=now))


KIND = FileKind(read=read_accounts, required=("account_id",), own=frozenset(OWN_COLUMNS))
