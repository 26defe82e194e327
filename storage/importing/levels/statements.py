"""Attributes that a file of levels states: each from the day on which it changes."""

from collections.abc import Iterator

import numpy as np

from storage.importing.batch import NewStatement
from storage.importing.movements import NOTHING, FileMovements, Whole


def level_statements(rows: FileMovements, day: Whole, *, recorded: int) -> list[NewStatement]:
    """List the attributes of an account's rows by day, without those that only go on.

    Parameters
    ----------
    day : array of int
        The first day on which each row's attributes hold.
    """
    return [
        statement
        for dimension in rows.attributes
        for statement in _of_dimension(rows, day, dimension, recorded)
    ]


def _of_dimension(
    rows: FileMovements, day: Whole, dimension: str, recorded: int
) -> Iterator[NewStatement]:
    values = rows.attributes[dimension]
    some = np.flatnonzero(values != NOTHING)
    some = some[np.lexsort((rows.line[some], day[some], rows.account[some]))]
    account, value = rows.account[some], values[some]
    is_last = np.append((account[1:] != account[:-1]) | (np.diff(day[some]) != 0), True)
    some = some[is_last[: some.size]]  # of one day the file's last row counts
    account, value = rows.account[some], values[some]
    is_new = np.append(True, (account[1:] != account[:-1]) | (value[1:] != value[:-1]))
    names, labels = rows.texts.account.names, rows.texts.values[dimension].names
    for place in some[is_new[: some.size]].tolist():
        yield NewStatement(
            line=int(rows.line[place]),
            account_id=names[rows.account[place]],
            dimension=dimension,
            value=labels[values[place]],
            valid_from=int(day[place]),
            recorded=recorded,
        )
