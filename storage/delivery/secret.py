"""A secret of the store's own, which the marks on its messages are made with."""

import secrets

from sqlalchemy import select
from sqlmodel import Session, col

from storage.store.statements import insert_new
from storage.tables.delivery import DeliverySecretRow


def delivery_secret(session: Session) -> str:
    """Return the secret of the store, made at the first call and never changed after that."""
    # of two processes that start at once one inserts, and both read that one
    insert_new(session, DeliverySecretRow, id=1, secret=secrets.token_hex(32))
    return session.scalars(select(col(DeliverySecretRow.secret))).one()
