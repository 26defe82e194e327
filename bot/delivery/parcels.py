"""Messages as parcels of the outbox."""

from datetime import datetime
from typing import Final

from bot.delivery.outcomes import NOTICE
from bot.delivery.payloads import Payload, pack
from bot.message import Message
from storage.delivery.parcels import Address, Attachment, Body, Parcel, ParcelBasis

_NO_FIGURES: Final = ParcelBasis()


def message_parcel(
    message: Message,
    *,
    dedupe_key: str,
    team_id: str,
    to: str,
    now: datetime,
    kind: str = NOTICE,
    basis: ParcelBasis = _NO_FIGURES,
    files: tuple[Attachment, ...] = (),
) -> Parcel:
    """Make the parcel of a message that is due now, by default of a notice without figures.

    What has the same key is sent once.
    """
    return Parcel(
        dedupe_key=dedupe_key,
        kind=kind,
        address=Address(team_id=team_id, channel_id=to),
        body=Body(payload_json=pack(Payload(message=message)), files=files),
        due_at=now,
        basis=basis,
    )
