"""Attributes that a file of levels states: each from the day on which it changes."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from metrics.runs import begins, ends
from storage.columns.dimension_values import NOTHING_SAID
from storage.importing.batch import NewStatement
from storage.importing.levels.book import moments
from storage.importing.movements import NOTHING, FileMovements, Flags, Whole
from storage.importing.statements import Said, Slot


def level_statements(
    rows: FileMovements, day: Whole, *, held: Collection[Slot], recorded: int
) -> list[NewStatement]:
    """List the attributes of an account's rows by day, without those that only go on.

    Parameters
    ----------
    day : array of int
        The first day on which each row's attributes hold.
    held : collection of Slot
        Where the ledger has a statement, which a row that goes on may correct.
    """
    return [
        statement
        for dimension in rows.attributes
        for statement in _of_dimension(rows, day, dimension, held, recorded)
    ]


def _of_dimension(
    rows: FileMovements, day: Whole, dimension: str, held: Collection[Slot], recorded: int
) -> Iterator[NewStatement]:
    values = rows.attributes[dimension]
    some = np.flatnonzero(values != NOTHING)
    some = some[np.lexsort((rows.line[some], day[some], rows.account[some]))]
    account, value = rows.account[some], values[some]
    some = some[ends(account, day[some])]  # of one day the file's last row counts
    account, value = rows.account[some], values[some]
    names, labels = rows.texts.account.names, rows.texts.values[dimension].names
    accounts = rows.texts.account
    said = [(accounts[name], since) for name, other, since in held if other == dimension]
    owners, days = np.array(said, np.int64).reshape(len(said), 2).T
    is_said = np.isin(moments(account, day[some]), moments(owners, days))
    is_new = begins(account, value) | is_said
    for place in some[is_new].tolist():
        yield NewStatement(
            line=int(rows.line[place]),
            account_id=names[rows.account[place]],
            dimension=dimension,
            value=labels[values[place]],
            valid_from=int(day[place]),
            recorded=recorded,
        )


def returning_statements(
    rows: FileMovements,
    since: Whole,
    back: Whole,
    *,
    held: Mapping[Slot, Sequence[Said]],
    recorded: int,
) -> Iterator[NewStatement]:
    """List the attributes that were held again from a day on for which the file says nothing.

    Parameters
    ----------
    since : array of int
        The first day of each row.
    back : array of int
        The next day behind each row for which levels were stated before, and not by the file; -1
        where there is none.
    """
    days: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for account, dimension, day in sorted(held):
        if held[account, dimension, day][-1][0] != NOTHING_SAID:
            days[account, dimension].append(day)
    names = rows.texts.account.names
    for place in np.flatnonzero(back >= 0).tolist():
        account, day = names[rows.account[place]], int(since[place])
        for dimension, values in rows.attributes.items():
            value = rows.texts.values[dimension].name(int(values[place]))
            known = days[account, dimension]
            last = bisect_right(known, int(back[place])) - 1
            if value is None or last < 0 or known[last] > day:
                continue  # nothing to go back to, or what is held there takes over by itself
            before = held[account, dimension, known[last]][-1][0]
            if before != value:
                line, again = int(rows.line[place]), int(back[place])
                yield NewStatement(line, account, dimension, before, again, recorded)


def goes_on(rows: FileMovements, since: Whole, until: Whole, back: Whole) -> Flags:
    """Tell which rows have another one of their account before, or on, the day after them."""
    own = np.unique(moments(rows.account, since))
    place = np.searchsorted(own, moments(rows.account, until))
    following = np.append(own, -1)[place]
    found: Flags = (following >= 0) & (following <= moments(rows.account, back))
    return found
