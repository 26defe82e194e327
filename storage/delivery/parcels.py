"""Messages in the outbox, the claims that workers have on them, and how those end."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique


@unique
class State(StrEnum):
    """The states of a message from enqueued to settled."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DEAD = "dead"
    SUSPENDED = "suspended"
    SKIPPED_STALE = "skipped_stale"
    NEEDS_ATTENTION = "needs_attention"


WAITING = frozenset({State.PENDING, State.SENDING, State.UNKNOWN})  # it can still be sent


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, what it shows in words, and its file at Slack once that has an id."""

    png: bytes
    alt_text: str
    file_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that a message brings as it is, and its file at Slack once that has an id."""

    name: str
    content: bytes
    file_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The channel or person that a message goes to, and the subscription that it is for."""

    team_id: str
    channel_id: str  # a user id for a direct message
    subscription_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelBasis:
    """The scope and the data version of a message's figures; the default is of no figures."""

    scope: str = ""
    data_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Text and blocks of a message as they will be posted, and what follows them.

    Pictures are shown in the message, files are attached to it. A claim has neither, see
    `storage.delivery.pictures`.
    """

    payload_json: str
    pictures: tuple[Picture, ...] = ()
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message to enqueue; the same message has the same key, however often it is enqueued.

    ``follows`` is the key of the message in whose thread it goes: it waits until that one is sent.
    """

    dedupe_key: str
    kind: str
    address: Address
    body: Body
    due_at: datetime  # when the recipient expects it
    basis: ParcelBasis = ParcelBasis()
    follows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A row of the outbox that is one worker's until a moment."""

    row_id: int
    owner: str
    generation: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Attempts to send a message, this claim included.

    Attributes
    ----------
    count : int
        Those that may not be repeated for ever.
    first_at : datetime, optional
        When it was first posted, by Slack's clock; None if it never was.
    last_call_at : datetime, optional
        When it was last posted or looked for, by Slack's clock.
    failures : int
        How often Slack gave no clear answer.
    """

    count: int
    first_at: datetime | None
    last_call_at: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Doubt:
    """Slack may have a message already: history is read before it is posted again."""

    clean_looks: int = 0  # how often in a row history did not hold it
    failed_looks: int = 0  # how often in a row history could not be read
    is_abandoned: bool = False  # who posted it may still be waiting for the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """The conversation, the time stamp and the thread of a message at Slack, as far as known."""

    channel_id: str | None = None
    ts: str | None = None
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A message that one worker may carry.

    Attributes
    ----------
    state : State
        `State.SENT` if it is posted, and its pictures or an update are left.
    picture_state : str
        ``wanted`` where pictures are left, ``shown`` where it shows them.
    update : int, optional
        The number of the update that is left; None where it says what there is to say.
    """

    lease: Lease
    parcel: Parcel
    attempts: Attempts
    doubt: Doubt | None
    location: Location
    state: State
    picture_state: str = "none"
    update: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """The moment of the next claim, at once if None, and whether this one used up an attempt."""

    not_before: datetime | None = None
    is_counted: bool = True
    is_failure: bool = False  # Slack gave no clear answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of a claim; its error is one word of Slack's or ours, never the text."""

    state: State
    error: str | None = None
    retry: Retry = Retry()
    doubt: Doubt | None = None
    location: Location = Location()
    picture_state: str | None = None
    update: int | None = None  # the number of the one that was made, or given up
