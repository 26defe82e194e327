"""Source ``sql``: a query on any database, whose rows are movements, balances or contracts."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from bot.config import SQL_KINDS, Settings
from bot.sources.source import Fetched, FetchedFile
from bot.style.names import plural
from metrics.period_grammar import ONE_DAY
from storage.errors import SourceFailedError, UnreadableFileError
from storage.importing.asking import Overlap
from storage.importing.importer import FileRequest, open_file
from storage.importing.profiles.names import plain_name
from storage.importing.profiles.recognition import Recognised
from storage.importing.profiles.wishes import ColumnWishes, MappingError
from storage.importing.read_options import ReadOptions
from storage.importing.report import ImportPhase, ImportReport, Progress
from storage.importing.spool import Scratch
from storage.sources.landing import LandingRules
from storage.sources.sql.connection import SourceDatabase
from storage.sources.sql.reading import QueryRows, WantedRows, read_query
from storage.sources.sql.statement import Query
from storage.sources.sql.watermark import MarkKind, WatermarkValue
from storage.sources.states import SourceState

NAME = "sql"
_COLUMNS = (
    "movements need account_id, date, amount and currency; balances account_id, month, mrr and"
    " currency; contracts account_id, start, end, amount and currency"
)


@dataclass(frozen=True, slots=True)
class SqlCursor:
    """How far a query has been read: which query, and its watermark so far."""

    query: str
    column: str | None = None
    mark: WatermarkValue | None = None

    @classmethod
    def read(cls, text: str, *, query: str) -> "SqlCursor":
        """Read what was stored; of another query it says nothing."""
        said = json.loads(text) if text else {}
        if said.get("query") != query:
            return cls(query)
        mark = said.get("mark")
        return cls(query, said.get("column"), WatermarkValue.from_text(*mark) if mark else None)

    def text(self) -> str:
        """Write it."""
        mark = [self.mark.kind.value, self.mark.text] if self.mark else None
        return json.dumps({"query": self.query, "column": self.column, "mark": mark})


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlSource:
    """Reads one SELECT of the settings, in whole or from its watermark on."""

    settings: Settings
    monotonic: Callable[[], float] = time.monotonic
    name: str = NAME

    def fetch(
        self,
        state: SourceState,
        *,
        scratch: Scratch,
        progress: Progress,
        now: datetime,
        today: date,
    ) -> Fetched:
        """Read the rows from the last watermark on; without one all of them.

        Raises
        ------
        SourceFailedError, StorageError
            If the settings, the database or the columns do not allow it.
        """
        del now  # rows say themselves how far they go
        settings = self.settings
        query, watermark = Query.of(self._written()), settings.nrrbot_sql_watermark
        if query.binds and watermark is None:
            raise SourceFailedError(
                "the query has :watermark in it: name its column in NRRBOT_SQL_WATERMARK"
            )
        if settings.nrrbot_sql_complete and watermark is not None:
            raise SourceFailedError(
                "what is read from a watermark on is not complete: leave out NRRBOT_SQL_COMPLETE"
                " (--complete), or the watermark"
            )
        cursor = SqlCursor.read(state.cursor, query=_hash(query, watermark))
        found = read_query(
            self._database(),
            WantedRows(query=query, column=cursor.column or watermark, mark=cursor.mark),
            scratch.path().with_name("sql.csv"),
            max_bytes=settings.max_import_bytes,
            on_rows=lambda rows: progress(ImportPhase.FETCHING, done=rows, total=0),
        )
        after = replace(cursor, column=found.column, mark=found.mark)
        return Fetched(
            files=self._files(found, cursor, state, scratch),
            cursor=after.text(),
            covered_through=today + ONE_DAY,
            is_whole=cursor.mark is None,
        )

    def _written(self) -> str:
        file = self.settings.nrrbot_sql_query_file
        if self.settings.nrrbot_sql_query:
            return self.settings.nrrbot_sql_query
        if not file:
            raise SourceFailedError(
                "there is no query: write it in NRRBOT_SQL_QUERY, or its file in"
                " NRRBOT_SQL_QUERY_FILE"
            )
        try:
            return Path(file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise SourceFailedError(
                "the file in NRRBOT_SQL_QUERY_FILE cannot be read: check its name and rights, and"
                " that it is UTF-8"
            ) from None

    def _database(self) -> SourceDatabase:
        url = self.settings.nrrbot_sql_url
        if url is None:
            raise SourceFailedError("NRRBOT_SQL_URL is not set: it says where the query runs")
        return SourceDatabase(
            url.get_secret_value(),
            seconds=self.settings.nrrbot_sql_timeout_seconds,
            monotonic=self.monotonic,
        )

    def _files(
        self, found: QueryRows, cursor: SqlCursor, state: SourceState, scratch: Scratch
    ) -> tuple[FetchedFile, ...]:
        if not found.count:
            if found.column is None and state.gains.import_id is not None:
                raise SourceFailedError(
                    "the query gives no row any more: mend it, or take the import back with"
                    " `nrrbot import reverse`"
                )
            return ()
        request = FileRequest(
            columns=ColumnWishes(kind=self.settings.nrrbot_sql_kind),
            reading=ReadOptions(source=NAME, is_complete=self.settings.nrrbot_sql_complete),
        )
        opened = self._opened(found, request, scratch)
        if found.column is None:
            self._require_list(opened.profile.kind)
            says_all = opened.profile.kind == "movements" and "usage" not in opened.table.columns
            request = replace(request, reading=replace(request.reading, says_all=says_all))
            rules = LandingRules(says_all=says_all)
            return (FetchedFile(path=found.path, request=request, rules=rules),)
        if plain_name(found.column) not in opened.kind.own:  # else an attribute of each row
            ignored = frozenset({plain_name(found.column)})
            request = replace(request, columns=replace(request.columns, ignore=ignored))
        is_known = opened.profile.kind != "movements" or "movement_id" in opened.table.columns
        judge = partial(_judge, found=found, is_known=is_known or cursor.mark is None)
        rules = LandingRules(judge=judge)
        return (FetchedFile(path=found.path, request=request, overlap=Overlap.HELD, rules=rules),)

    def _require_list(self, kind: str) -> None:
        if not self.settings.nrrbot_sql_complete:
            return
        if kind == "movements":
            raise SourceFailedError(
                "movements are never complete: leave out NRRBOT_SQL_COMPLETE (--complete), which is"
                " of balances and contracts"
            )
        if kind == "balances" and self.settings.stripe_api_key:
            raise SourceFailedError(
                "a complete query of balances would end every account of stripe: leave out"
                " NRRBOT_SQL_COMPLETE (--complete)"
            )

    def _opened(self, found: QueryRows, request: FileRequest, scratch: Scratch) -> Recognised:
        most = self.settings.max_import_bytes
        try:
            opened = open_file(found.path, request, scratch=scratch, max_bytes=most)
        except MappingError as error:
            if "currency" not in str(error):
                raise
            raise SourceFailedError(
                "the query names no currency: add it to the SELECT, such as 'EUR' AS currency"
            ) from None
        except UnreadableFileError:
            opened = None
        if opened is None or opened.profile.kind not in SQL_KINDS:
            kind = self.settings.nrrbot_sql_kind or "movements, balances or contracts"
            raise SourceFailedError(
                f"the query gives no {kind} but {', '.join(found.columns)}: {_COLUMNS}; name them"
                " so with AS"
            )
        return opened


def _hash(query: Query, watermark: str | None) -> str:
    return hashlib.sha256(f"{query.sql}\n{watermark or ''}".encode()).hexdigest()[:16]


def _judge(report: ImportReport, *, found: QueryRows, is_known: bool) -> Sequence[str]:
    """Look for rows that came after all others, and were taken for held ones that are equal.

    Raises
    ------
    SourceFailedError
        If the watermark counts rows: each is then one of its own, and it would be lost.
    """
    taken = report.known - found.again
    if is_known or taken <= 0 or found.mark is None:
        return ()
    rows, say = plural(taken, "row"), "says" if taken == 1 else "say"
    if found.mark.kind is MarkKind.NUMBER:
        raise SourceFailedError(
            f"{rows} beyond the last {found.column} {say} the same as held ones: give each row an"
            f" id of its own, such as {found.column} AS movement_id, so that none is lost"
        )
    said = f"{rows} later than the last {found.column} {say} the same as held ones"
    return (f"{said} and were taken for them: if they are new, give each a movement_id.",)
