"""Labels of the facts: texts that stand once each, by their numbers."""

from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np
from sqlalchemy import ColumnElement, case, select
from sqlmodel import Session, SQLModel, col

from metrics.segments import NO_VALUE
from storage.importing.movements import NOTHING, FileTexts, Texts, Whole
from storage.store.numbering import Numbers
from storage.store.prepared import Prepared
from storage.store.statements import among, bulk_insert
from storage.tables.facts import OF_NONE, Currency, Driver, MovementRow, Product, SourceName
from storage.tables.ledger import DimensionValue

K = TypeVar("K", bound=Hashable)


def number_of_source(session: Session, source: str) -> int | None:
    """Look up the number of a source; None before its first movement."""
    number = select(col(SourceName.number)).where(col(SourceName.name) == source)
    return session.scalar(number)


def numbers_of_labels(
    session: Session,
    table: type[SQLModel],
    column: str,
    texts: Texts,
    wanted: Iterable[str] | None = None,
) -> dict[int, int]:
    """Map the ledger's numbers of a table's labels, or of some, to those of a file's texts."""
    number, label = (col(getattr(table, name)) for name in ("number", column))
    found = select(number, label)
    if wanted is not None:
        found = found.where(among(session, label, wanted))
    return {number: texts[name] for number, name in session.execute(found)}


def numbers_of_texts(session: Session, texts: FileTexts) -> dict[str, dict[int, int]]:
    """Map the ledger's numbers of a movement's labels, or of none, to those of a file's texts."""
    product = numbers_of_labels(session, Product, "name", texts.product)
    return {
        "currency": numbers_of_labels(session, Currency, "code", texts.currency),
        "driver": numbers_of_labels(session, Driver, "name", texts.driver) | {NOTHING: NOTHING},
        "product": product | {NOTHING: NOTHING, OF_NONE: texts.product[NO_VALUE]},
    }


@cache
def _stored(table: type[SQLModel], columns: tuple[str, ...]) -> Prepared:
    return Prepared(select(*(getattr(table, column) for column in ("number", *columns))))


class Labels(Numbers[K]):
    """Numbers of a table's labels; one that is looked up for the first time gets the next."""

    def __init__(self, session: Session, table: type[SQLModel], *columns: str) -> None:
        self._session, self._table, self._columns = session, table, columns
        for number, *label in _stored(table, columns).rows(session):
            self[cast(K, label[0] if len(columns) == 1 else tuple(label))] = number
        self._stored = len(self)

    def of(self, texts: Texts, rows: Whole) -> Whole:
        """Find the number of the label of each row, whose text is given by number.

        What is `NOTHING` stays it.
        """
        numbers = np.full(len(texts.names) + 1, NOTHING)  # the last is the place of NOTHING
        used, firsts = np.unique(rows, return_index=True)
        for number in used[np.argsort(firsts)].tolist():
            if number != NOTHING:
                numbers[number] = self[cast(K, texts.names[number])]
        found: Whole = numbers[rows]
        return found

    def store(self) -> None:
        """Insert the new labels: before rows that name them."""
        new = list(self.items())[self._stored :]
        single = len(self._columns) == 1
        rows: Iterable[Sequence[Any]] = (
            (number, label) if single else (number, *cast(tuple[str, ...], label))
            for label, number in new
        )
        bulk_insert(self._session, self._table, ("number", *self._columns), rows)
        self._stored = len(self)


class ProductLabels(Labels[str]):
    """Numbers of products; no product at all has one, too, and no label."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, Product, "name")

    def __missing__(self, label: str) -> int:
        return OF_NONE if label == NO_VALUE else super().__missing__(label)


def product_name() -> ColumnElement[str | None]:
    """Build the name of a movement's product, in a statement that has its table `Product`."""
    is_of_none = col(MovementRow.product) == OF_NONE
    return case((is_of_none, NO_VALUE), else_=col(Product.name))


class FactLabels:
    """All labels that rows of facts name, within one writing session."""

    def __init__(self, session: Session) -> None:
        self.source: Labels[str] = Labels(session, SourceName, "name")
        self.product = ProductLabels(session)
        self.driver: Labels[str] = Labels(session, Driver, "name")
        self.currency: Labels[str] = Labels(session, Currency, "code")
        self.pair: Labels[tuple[str, str]] = Labels(session, DimensionValue, "dimension", "value")

    def store(self) -> None:
        """Insert the new ones of every table."""
        for labels in (self.source, self.product, self.driver, self.currency):
            labels.store()
        self.pair.store()
