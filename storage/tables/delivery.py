"""Tables of subscriptions, their digests, and the outbox; rows without behaviour."""

from datetime import date, datetime
from enum import StrEnum, unique

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import IsoDate, UtcDateTime


class SubscriptionRow(SQLModel, table=True):
    """A channel that gets a digest every week or month, and its owner."""

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint(
            "state IN ('active', 'paused', 'suspended', 'removed')", name="state_is_known"
        ),
        CheckConstraint(
            "period IN ('last-month', 'quarter-to-date', 'ttm')", name="period_is_known"
        ),
        CheckConstraint("is_monthly = 0 OR period = 'last-month'", name="monthly_is_of_a_month"),
    )

    id: int | None = Field(default=None, primary_key=True)
    team_id: str = Field(sa_column=Column(Text, nullable=False))
    channel_id: str = Field(sa_column=Column(Text, nullable=False, index=True))
    owner_id: str = Field(sa_column=Column(Text, nullable=False))
    state: str = Field(sa_column=Column(Text, nullable=False))
    # why it is suspended, in one word of Slack's or ours; never a figure
    reason: str | None = Field(default=None, sa_column=Column(Text))
    # JSON pairs of dimension and value; ``[]`` is the company
    scope: str = Field(sa_column=Column(Text, nullable=False))
    dimension: str = Field(sa_column=Column(Text, nullable=False))
    period: str = Field(sa_column=Column(Text, nullable=False))
    # 1 where it comes once for each closed month; every week is planned all the same
    is_monthly: int = Field(
        default=0, sa_column=Column(Integer, nullable=False, server_default=text("0"))
    )
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class ScheduleRow(SQLModel, table=True):
    """When a subscription is due from one week on; the newest row at or before a week counts."""

    __tablename__ = "subscription_schedule"
    __table_args__ = (
        CheckConstraint(
            "weekday IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')", name="weekday_is_known"
        ),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour_is_of_a_day"),
    )

    subscription_id: int = Field(
        sa_column=Column(Integer, ForeignKey("subscription.id"), primary_key=True)
    )
    from_monday: date = Field(sa_column=Column(IsoDate, primary_key=True))
    weekday: str = Field(sa_column=Column(Text, nullable=False))
    hour: int = Field(sa_column=Column(Integer, nullable=False))
    time_zone: str = Field(sa_column=Column(Text, nullable=False))  # a name: offsets change


class DigestRunRow(SQLModel, table=True):
    """One subscription in one week: planned once, whoever plans."""

    __tablename__ = "digest_run"
    __table_args__ = (
        CheckConstraint("outcome IN ('queued', 'skipped_stale', 'quiet')", name="outcome_is_known"),
    )

    subscription_id: int = Field(
        sa_column=Column(Integer, ForeignKey("subscription.id"), primary_key=True)
    )
    week: str = Field(sa_column=Column(Text, primary_key=True))  # ISO, such as ``2026-W46``
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    planned_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    outcome: str = Field(sa_column=Column(Text, nullable=False))
    data_version: int = Field(sa_column=Column(Integer, nullable=False))
    # a hash of its figures, to see next week whether anything is new
    fingerprint: str | None = Field(default=None, sa_column=Column(Text))
    # the first day of the closed month that it tells of, to see whether another has closed since
    month: date | None = Field(default=None, sa_column=Column(IsoDate))


class OutboxRow(SQLModel, table=True):
    """One message on its way; enqueued in the transaction of the fact that it tells of."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(
            "state IN ('pending', 'sending', 'unknown', 'sent', 'dead', 'suspended',"
            " 'skipped_stale', 'needs_attention')",
            name="state_is_known",
        ),
        CheckConstraint(
            "picture_state IN ('none', 'wanted', 'shown', 'unavailable')",
            name="picture_state_is_known",
        ),
        Index(None, "state", "not_before"),
        Index(None, "channel_id", "sent_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    team_id: str = Field(sa_column=Column(Text, nullable=False))
    # a user id for a direct message
    channel_id: str = Field(sa_column=Column(Text, nullable=False))
    subscription_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("subscription.id"), index=True)
    )
    scope: str = Field(sa_column=Column(Text, nullable=False))
    # text and blocks, made when it was enqueued; blank once it is old
    payload_json: str | None = Field(default=None, sa_column=Column(Text))
    data_version: int = Field(sa_column=Column(Integer, nullable=False))
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    state: str = Field(sa_column=Column(Text, nullable=False))
    # grows with every claim: whoever holds an older one has lost the row
    generation: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    owner: str | None = Field(default=None, sa_column=Column(Text))
    lease_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    attempts: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    # how often Slack gave no clear answer; each time it is left alone for longer
    failures: int = Field(
        default=0, sa_column=Column(Integer, nullable=False, server_default=text("0"))
    )
    # 1 once Slack may have taken it without saying so: history is read before it is sent again
    is_in_doubt: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    # how often in a row history did not hold it
    clean_looks: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    # how often in a row history could not be read
    failed_looks: int = Field(
        default=0, sa_column=Column(Integer, nullable=False, server_default=text("0"))
    )
    not_before: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    # by Slack's clock, just before the first post; none while nothing was posted
    first_attempt_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    # by Slack's clock, the last post or look, whoever made it
    last_call_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    last_attempt_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    last_error: str | None = Field(default=None, sa_column=Column(Text))  # one word
    # where it was posted: of a direct message, the conversation
    slack_channel_id: str | None = Field(default=None, sa_column=Column(Text))
    slack_ts: str | None = Field(default=None, sa_column=Column(Text))
    picture_state: str = Field(default="none", sa_column=Column(Text, nullable=False))
    # how often what it tells of has changed since it was enqueued
    updates_wanted: int = Field(
        default=0, sa_column=Column(Integer, nullable=False, server_default=text("0"))
    )
    # up to which of these changes the posted message has been updated
    updates_made: int = Field(
        default=0, sa_column=Column(Integer, nullable=False, server_default=text("0"))
    )
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    sent_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    # the dedupe key of the message in whose thread it goes, once that one is sent
    follows: str | None = Field(default=None, sa_column=Column(Text))


class OutboxPictureRow(SQLModel, table=True):
    """A picture of a message: its bytes until it is shown, its file for later updates.

    One with a ``name`` is a file that is attached as it is; ``png`` has its bytes.
    """

    __tablename__ = "outbox_picture"

    outbox_id: int = Field(sa_column=Column(Integer, ForeignKey("outbox.id"), primary_key=True))
    position: int = Field(sa_column=Column(Integer, primary_key=True))
    png: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    alt_text: str = Field(sa_column=Column(Text, nullable=False))
    # stored before the bytes go, so that a restart goes on with the same file
    file_id: str | None = Field(default=None, sa_column=Column(Text))
    name: str | None = Field(default=None, sa_column=Column(Text))


class PostedFigureRow(SQLModel, table=True):
    """NRR and GRR that a channel was shown: the newest row of a scope and period counts."""

    __tablename__ = "posted_figure"

    id: int | None = Field(default=None, primary_key=True)
    channel_id: str = Field(sa_column=Column(Text, nullable=False, index=True))
    # JSON pairs of dimension and value, sorted; ``[]`` is the company
    scope: str = Field(sa_column=Column(Text, nullable=False))
    starts_on: date = Field(sa_column=Column(IsoDate, nullable=False))
    ends_before: date = Field(sa_column=Column(IsoDate, nullable=False))
    label: str = Field(sa_column=Column(Text, nullable=False))  # the period's name in the post
    # exact, such as "203/200"; none where there was no opening MRR
    nrr: str | None = Field(default=None, sa_column=Column(Text))
    grr: str | None = Field(default=None, sa_column=Column(Text))
    data_version: int = Field(sa_column=Column(Integer, nullable=False))
    # the message in the outbox that shows it; none of an answer that a person shared
    outbox_key: str | None = Field(default=None, sa_column=Column(Text))
    posted_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class CircuitRow(SQLModel, table=True):
    """One row while Slack refuses the bot or takes no posts: little or nothing is sent."""

    __tablename__ = "circuit"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    opened_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    # when a message was last tried all the same
    tried_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class DeliverySecretRow(SQLModel, table=True):
    """The secret of the marks by which a message is found again in Slack's history."""

    __tablename__ = "delivery_secret"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    secret: str = Field(sa_column=Column(Text, nullable=False))


@unique
class SubscriptionState(StrEnum):
    """The states of a subscription; only the bot suspends one, and only a person pauses it."""

    ACTIVE = "active"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    REMOVED = "removed"
