"""What people write who do not know better: the kill sweep must find them out."""

from collections.abc import Callable

from slack_sdk import WebClient
from sqlmodel import col, select, update

from storage.delivery.parcels import State
from storage.store.engine import Store
from storage.tables.delivery import OutboxRow


def post_then_mark(store: Store, client: WebClient) -> None:
    """Post, and then write down that it was posted: killed in between, it posts again."""
    for row in _pending(store):
        _post(client, row)
        _mark(store, row)


def mark_then_post(store: Store, client: WebClient) -> None:
    """Write down that it was posted, and then post: killed in between, it never will."""
    for row in _pending(store):
        _mark(store, row)
        _post(client, row)


NAIVE: dict[str, Callable[[Store, WebClient], None]] = {
    "post_then_mark": post_then_mark,
    "mark_then_post": mark_then_post,
}


def _pending(store: Store) -> list[OutboxRow]:
    with store.read() as session:
        rows = session.scalars(select(OutboxRow).where(col(OutboxRow.state) == State.PENDING))
        found = list(rows)
        session.expunge_all()
    return found


def _post(client: WebClient, row: OutboxRow) -> None:
    client.chat_postMessage(channel=row.channel_id, text="NRR 101.5%")


def _mark(store: Store, row: OutboxRow) -> None:
    with store.write(ledger=False) as session:
        statement = update(OutboxRow).where(col(OutboxRow.id) == row.id)
        session.execute(statement.values(state=State.SENT))
