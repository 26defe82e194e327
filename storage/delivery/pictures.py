"""The pictures of messages: bytes until they are shown, files as long as their message is kept."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlmodel import Session, col

from storage.delivery.claiming import PICTURES_WITHIN
from storage.delivery.outbox import is_held
from storage.delivery.parcels import Attachment, Claim, Picture, State
from storage.tables.delivery import OutboxPictureRow, OutboxRow


def read_pictures(session: Session, claim: Claim) -> list[Picture | Attachment]:
    """Return the pictures of a message, then the files that are attached to it, in order."""
    rows = session.scalars(
        select(OutboxPictureRow).where(_is_of(claim)).order_by(col(OutboxPictureRow.position))
    )
    return [_shown(row) for row in rows]


def _shown(row: OutboxPictureRow) -> Picture | Attachment:
    if row.name is not None:
        return Attachment(name=row.name, content=row.png, file_id=row.file_id)
    return Picture(png=row.png, alt_text=row.alt_text, file_id=row.file_id)


def note_file(session: Session, claim: Claim, position: int, file_id: str) -> bool:
    """Store the id that Slack gave a picture, before its bytes go; False if fenced."""
    if not is_held(session, claim):
        return False  # whoever took the message over uploads a file of its own
    session.execute(
        update(OutboxPictureRow)
        .where(_is_of(claim), col(OutboxPictureRow.position) == position)
        .values(file_id=file_id)
    )
    return True


def keep_files(session: Session, claim: Claim) -> None:
    """Forget the bytes of the pictures that a message shows: each update names their files."""
    session.execute(update(OutboxPictureRow).where(_is_of(claim)).values(png=b""))


def drop_pictures(session: Session, claim: Claim) -> None:
    """Delete the pictures of a message that needs them no more."""
    session.execute(delete(OutboxPictureRow).where(_is_of(claim)))


def give_up_pictures(session: Session, *, now: datetime) -> None:
    """Delete pictures whose message went out too long ago, never will, or is forgotten."""
    too_late = and_(
        col(OutboxRow.state) == State.SENT, col(OutboxRow.sent_at) <= now - PICTURES_WITHIN
    )
    # a person may still send one that is suspended or needs attention: its pictures stay
    never = col(OutboxRow.state).in_({State.DEAD, State.SKIPPED_STALE})
    is_vain = or_(too_late, never, col(OutboxRow.payload_json).is_(None))
    wanted = col(OutboxRow.picture_state) == "wanted"
    is_forgotten = col(OutboxRow.payload_json).is_(None)
    numbers = select(col(OutboxRow.id)).where(or_(and_(wanted, is_vain), is_forgotten))
    session.execute(
        delete(OutboxPictureRow).where(col(OutboxPictureRow.outbox_id).in_(numbers)),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(OutboxRow).where(wanted, is_vain).values(picture_state="unavailable"),
        execution_options={"synchronize_session": False},
    )


def _is_of(claim: Claim) -> ColumnElement[bool]:
    return col(OutboxPictureRow.outbox_id) == claim.lease.row_id
