"""Labels that arrays refer to by number: pairs of dimension and value, drivers, ids of accounts."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.pauses import PAUSE
from storage.columns.codec import Whole
from storage.columns.company import Names
from storage.columns.live import is_live
from storage.store.statements import batches, binary_rows
from storage.tables.facts import Currency, MovementRow

_MANY_SHARE = 8  # one account in eight: from there on all ids are read at once


def read_names(session: Session) -> Names:
    """Read the numbers and names that arrays refer to."""
    [(last,)] = binary_rows(session, "SELECT max(number) FROM account")
    pairs = binary_rows(session, "SELECT dimension, value FROM dimension_value ORDER BY number")
    drivers = dict(binary_rows(session, "SELECT name, number FROM driver"))
    return Names(
        accounts=0 if last is None else int(last) + 1,
        pairs=[(dimension, value) for dimension, value in pairs],
        pause=drivers.get(PAUSE),
    )


def read_currency(session: Session) -> str | None:
    """Read the currency of the first movement that is not reversed; None in an empty ledger."""
    first = select(col(MovementRow.currency)).where(is_live())
    first = first.order_by(col(MovementRow.id)).limit(1)
    number = first.scalar_subquery()
    return session.scalar(select(col(Currency.code)).where(col(Currency.number) == number))


def read_currencies(session: Session) -> Sequence[str]:
    """Read the codes of the currencies of movements by their numbers."""
    return [code for (code,) in binary_rows(session, "SELECT code FROM currency ORDER BY number")]


def account_ids(session: Session, *, accounts: int) -> Callable[[Whole], Sequence[str]]:
    """Build a look-up of ids by numbers of accounts, each of which is read once.

    Parameters
    ----------
    accounts : int
        How many there are.
    """
    known: dict[int, str] = {}

    def find(numbers: Whole) -> Sequence[str]:
        wanted = numbers.tolist()
        missing = [number for number in wanted if number not in known]
        if len(missing) * _MANY_SHARE > accounts:
            known.update(binary_rows(session, "SELECT number, account_id FROM account"))
        else:
            for some in batches(missing):
                among = ", ".join("?" * len(some))
                statement = f"SELECT number, account_id FROM account WHERE number IN ({among})"  # noqa: S608 # nosec B608
                known.update(binary_rows(session, statement, some))
        return [known[number] for number in wanted]

    return find
