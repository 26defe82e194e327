"""Attributes of accounts in a list of contracts: each holds from its term's first day on."""

from collections.abc import Iterator, Sequence

from storage.importing.batch import NewStatement
from storage.importing.contracts.term_rows import NUMBERS, TermRow
from storage.importing.movements import NOTHING, FileTexts


def statements_of(
    account: str, rows: Sequence[TermRow], texts: FileTexts, *, today: int, recorded: int
) -> Iterator[NewStatement]:
    """Yield what the terms of an account say of it, of those that have begun."""
    latest: dict[str, int] = {}
    if not texts.values:
        return
    for row in sorted(rows, key=lambda row: row.value("start")):
        day = row.value("start")
        if day > today:
            return
        for dimension, value in zip(texts.values, row.cells[len(NUMBERS) :], strict=True):
            if value not in (NOTHING, latest.get(dimension)):
                latest[dimension] = value
                text = texts.values[dimension].names[value]
                line = row.value("line")
                yield NewStatement(line, account, dimension, text, day, recorded)


def future_values(texts: FileTexts, day: int, origin: TermRow | None, today: int) -> Sequence[int]:
    """List the values that wait for their day together with a movement that begins a term."""
    begins = origin is not None and origin.value("start") == day
    if origin is None or not begins or day <= today:
        return (NOTHING,) * len(texts.values)
    return origin.cells[len(NUMBERS) :]
