"""Signals from a table: ``account_id, day, metric, value``, or one column for each metric."""

import re
from collections.abc import Sequence

import numpy as np

from metrics.drivers import plain_words
from storage.errors import UnreadableFileError
from storage.importing import cells
from storage.importing.batch import Batch
from storage.importing.cells import CellError, parse_label
from storage.importing.days import DayColumn
from storage.importing.file_kind import FileKind, FileToRead
from storage.importing.movements import NO_NUMBER, NOTHING, FileTexts, Whole
from storage.importing.movements_csv import label_readings
from storage.importing.readings import ChunkReader, Readings, optional, required
from storage.importing.signals.rows import Signals
from storage.importing.signals.standing import SignalsFile
from storage.importing.spool import Spool
from storage.store.column_types import day_number, moment_number

REQUIRED = ("account_id", "day")
OWN_COLUMNS = {*REQUIRED, "metric", "value", "recorded_at"}
_LONG = {"metric", "value"}
_NO_VALUE = (NO_NUMBER, NOTHING)
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(\s?%)?")
_OF_PERCENT = 2  # decimals
_MOST_DIGITS = 18
_MOST_DECIMALS = 30


def read_signals(file: FileToRead) -> Batch:
    """Read a file of signals, which are compared with those held once the ledger can be asked.

    Without columns ``metric`` and ``value``, each column that is not a signal's own is a metric. An
    empty cell says nothing.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. Faults of single rows are in the findings.
    """
    columns = _Columns(file)
    spool = Spool(file.scratch, file.groups(), Signals, columns.texts)
    reading, empty = file.start(), 0
    for reader in reading:
        signals = columns.read(reader)
        spool.add(signals)
        empty += len(reader.lines) - int(np.unique(signals.line).size) - len(reader.wrong_rows)
    stated = SignalsFile(spool, empty=empty)
    return Batch(
        file=file.identity(reading.rows - empty),
        recorded=file.recorded,
        against=stated.against,
        notes=stated.notes,
        problems=reading.problems,
    )


def _metrics(columns: Sequence[str]) -> Sequence[str]:
    """List the columns that are metrics themselves; none where each row names its own."""
    if set(columns) >= _LONG:
        return ()
    lacking = sorted(_LONG.difference(columns))
    metrics = [name for name in columns if name not in OWN_COLUMNS]
    if len(lacking) < len(_LONG) or not metrics:
        raise UnreadableFileError(
            f"the header lacks {', '.join(lacking)}: a file of signals has account_id, day, metric"
            " and value, or a column for each metric"
        )
    return metrics


class _Columns:
    """Parsers of the columns of a file of signals, each with the cells that it has read."""

    def __init__(self, file: FileToRead) -> None:
        texts = self.texts = FileTexts()
        metrics = _metrics(file.table.columns)
        self._metrics = {name: texts.product[parse_metric(name)] for name in metrics}
        days = DayColumn(file.table, "day")
        day = required(lambda text: day_number(days.parse(text, today=file.today)))
        moment = optional(lambda text: moment_number(cells.parse_moment(text, now=file.now)))
        metric = required(lambda text: texts.product[parse_metric(text)])
        self._account = label_readings(texts.account, required, cells.parse_id)
        self._day = Readings(day, nothing=NOTHING)
        self._moment = Readings(moment, nothing=file.recorded)
        self._metric = Readings(metric, nothing=NOTHING)
        self._value = Readings(optional(parse_value), nothing=_NO_VALUE)

    def read(self, reader: ChunkReader) -> Signals:
        """Read the signals of a chunk; rows with findings are left out."""
        common = [
            np.array(reader.lines, np.int64),
            reader.numbers("account_id", self._account),
            reader.numbers("day", self._day),
            reader.numbers("recorded_at", self._moment),
        ]
        if not self._metrics:
            metric = reader.numbers("metric", self._metric)
            return self._signals(reader, "value", metric, common)
        parts = [
            self._signals(reader, name, np.full(len(reader.lines), number), common)
            for name, number in self._metrics.items()
        ]
        return Signals.joined(self.texts, parts)

    def _signals(
        self, reader: ChunkReader, column: str, metric: Whole, common: Sequence[Whole]
    ) -> Signals:
        values = np.array(reader.values(column, self._value), np.int64).reshape(-1, 2)
        is_said = values[:, 1] != NOTHING
        is_said[list(reader.wrong_rows)] = False
        line, account, day, recorded = (each[is_said] for each in common)
        units, decimals = values[is_said].T
        numbers = [line, account, metric[is_said], day, units, decimals, recorded]
        return Signals.of(self.texts, [], numbers)


KIND = FileKind(read=read_signals, required=REQUIRED, own=frozenset(OWN_COLUMNS))


def parse_value(text: str) -> tuple[int, int]:
    """Turn a plain decimal number into units and decimals, without zeros at its end.

    A percentage is the share that it is, as spreadsheets hold it.

    Raises
    ------
    CellError
        If it is written otherwise, or has more digits than fit in 64 bits.

    Examples
    --------
    >>> parse_value("-12.50")
    (-125, 1)
    >>> parse_value("93%"), parse_value("100 %")
    ((93, 2), (1, 0))
    """
    found = _NUMBER.fullmatch(text)
    if not found or not (found[2] or found[3]):
        raise CellError("is not a plain number: write it like 1200, 0.85 or 85%")
    whole, fraction = found[2], found[3] or ""
    if found[4]:
        padded = whole.zfill(_OF_PERCENT)
        whole, fraction = padded[:-_OF_PERCENT], padded[-_OF_PERCENT:] + fraction
    fraction = fraction.rstrip("0")
    digits = f"{whole}{fraction}".lstrip("0")
    if len(digits) > _MOST_DIGITS or len(fraction) > _MOST_DECIMALS:
        raise CellError(f"has more than {_MOST_DIGITS} digits: round it")
    units = int(digits or "0")
    return -units if found[1] == "-" else units, len(fraction)


def parse_metric(text: str) -> str:
    """Check the name of a metric and write it as a column's: small letters, words joined.

    Raises
    ------
    CellError
        If it holds control characters, is too long, or has no letter or digit.

    Examples
    --------
    >>> parse_metric("API calls")
    'api_calls'
    """
    name = plain_words(parse_label(text))
    if not name:
        raise CellError("is no name of a metric")
    return name
