"""Labels that arrays refer to by number: pairs of dimension and value, drivers, ids of accounts."""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session, col

from metrics.pauses import PAUSE
from storage.columns.codec import Whole
from storage.columns.company import Names
from storage.columns.dimension_values import numbered_pairs
from storage.columns.live import is_live
from storage.store.prepared import OpeningBatch, Prepared
from storage.store.statements import batches, binary_rows
from storage.tables.facts import AccountRow, Currency, Driver, MovementRow, Product

_DRIVERS = Prepared(
    select(col(Driver.name)).order_by(col(Driver.number)), batch=OpeningBatch.NEW_ANSWER
)
_PRODUCTS = Prepared(
    select(col(Product.name)).order_by(col(Product.number)), batch=OpeningBatch.NEW_ANSWER
)
_CODES = Prepared(
    select(col(Currency.code)).order_by(col(Currency.number)), batch=OpeningBatch.NEW_ANSWER
)
_LAST_ACCOUNT = Prepared(select(func.max(col(AccountRow.number))), batch=OpeningBatch.NEW_ANSWER)


def first_currency(is_known: ColumnElement[bool]) -> Select[str]:
    """Select the code of the currency of the first movement that a condition holds for."""
    number = (
        select(col(MovementRow.currency)).where(is_known).order_by(col(MovementRow.id)).limit(1)
    )
    return select(col(Currency.code)).where(col(Currency.number) == number.scalar_subquery())


_FIRST_CURRENCY = Prepared(first_currency(is_live()), batch=OpeningBatch.NEW_ANSWER)
_MANY_SHARE = 8  # one account in eight: from there on all ids are read at once


def read_names(session: Session) -> Names:
    """Read the numbers and names that arrays refer to."""
    [(last,)] = _LAST_ACCOUNT.rows(session)
    drivers = driver_names(session)
    return Names(
        accounts=0 if last is None else int(last) + 1,
        pairs=numbered_pairs(session),
        pause=drivers.index(PAUSE) if PAUSE in drivers else None,
    )


def driver_names(session: Session) -> Sequence[str]:
    """Read the drivers of movements by their numbers."""
    return tuple(name for (name,) in _DRIVERS.rows(session))


def product_names(session: Session) -> Sequence[str]:
    """Read the products of movements by their numbers."""
    return tuple(name for (name,) in _PRODUCTS.rows(session))


def read_currency(session: Session) -> str | None:
    """Read the currency of the first movement that is not reversed; None in an empty ledger."""
    return next((code for (code,) in _FIRST_CURRENCY.rows(session)), None)


def read_currencies(session: Session) -> Sequence[str]:
    """Read the codes of the currencies of movements by their numbers."""
    return tuple(code for (code,) in _CODES.rows(session))


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
                statement = f"SELECT number, account_id FROM account WHERE number IN ({among})"  # noqa: S608 # nosec
                known.update(binary_rows(session, statement, some))
        return [known[number] for number in wanted]

    return find
