"""A secret of the store's own, which the marks on its messages are made with."""

import secrets

from sqlalchemy import select
from sqlmodel import Session, col

from storage.store.statements import insert_new
from storage.tables.delivery import DeliverySecretRow


def delivery_secret(session: Session) -> str:
    """Return the secret, which the first to ask for it makes; it never changes after that."""
    insert_new(session, DeliverySecretRow, id=1, secret=secrets.token_hex(32))
    return session.scalars(select(col(DeliverySecretRow.secret))).one()
