"""Tables of alerts: rules, states, evaluations, transitions, notices, actions and mutes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import IsoDate, UtcDateTime


class AlertRuleRow(SQLModel, table=True):
    """A rule of the workspace's own, or what it changed about one of the default rules."""

    __tablename__ = "alert_rule"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'paused', 'removed')", name="state_is_known"),
        CheckConstraint(
            "rule_json IS NOT NULL OR default_rule IS NOT NULL", name="says_what_it_is"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    # The default rule that it stands in for; None for one of the workspace's own.
    default_rule: str | None = Field(default=None, sa_column=Column(Text, unique=True))
    # None where a default rule is as it is in the code: it follows the next version of the bot.
    rule_json: str | None = Field(default=None, sa_column=Column(Text))
    # None for a default rule, and for one that was set up at the command line.
    owner_id: str | None = Field(default=None, sa_column=Column(Text))
    # A JSON list; None for the recipients of the default rules.
    recipients: str | None = Field(default=None, sa_column=Column(Text))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    state: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class AlertStateRow(SQLModel, table=True):
    """The state of one rule on one scope, which its fingerprint stands for."""

    __tablename__ = "alert_state"

    fingerprint: str = Field(sa_column=Column(Text, primary_key=True))
    rule_id: str = Field(sa_column=Column(Text, nullable=False))
    # JSON pairs of dimension and value; ``[]`` is the company.
    scope: str = Field(sa_column=Column(Text, nullable=False))
    state_json: str = Field(sa_column=Column(Text, nullable=False))
    # The newest data that it was evaluated on; None until an evaluation succeeds.
    data_version: int | None = Field(default=None, sa_column=Column(Integer))
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class AlertEvaluationRow(SQLModel, table=True):
    """One version of a rule on one version of the data: evaluated once, by whichever process."""

    __tablename__ = "alert_evaluation"

    fingerprint: str = Field(sa_column=Column(Text, primary_key=True))
    rule_version: int = Field(sa_column=Column(Integer, primary_key=True))
    data_version: int = Field(sa_column=Column(Integer, primary_key=True))
    evaluated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class AlertTransitionRow(SQLModel, table=True):
    """One change of one alert; append only. Ratios are exact, such as ``49/50``."""

    __tablename__ = "alert_transition"
    __table_args__ = (
        UniqueConstraint(
            *("fingerprint", "episode", "kind", "n", "rule_version", "period"),
            name="uq_alert_transition_told_once",
        ),
        Index(None, "data_version"),
    )

    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str = Field(sa_column=Column(Text, nullable=False))
    rule_id: str = Field(sa_column=Column(Text, nullable=False))
    rule_version: int = Field(sa_column=Column(Integer, nullable=False))
    scope: str = Field(sa_column=Column(Text, nullable=False))
    episode: int = Field(sa_column=Column(Integer, nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    n: int = Field(sa_column=Column(Integer, nullable=False))
    # First day of the month that the figures are of; None when none was judged yet.
    period: date | None = Field(default=None, sa_column=Column(IsoDate))
    value: str | None = Field(default=None, sa_column=Column(Text))
    baseline: str | None = Field(default=None, sa_column=Column(Text))
    threshold: str | None = Field(default=None, sa_column=Column(Text))
    deviation: str | None = Field(default=None, sa_column=Column(Text))
    # The months that the ratio is of: one, a quarter, or the twelve that end with the period.
    window: str = Field(default="month", sa_column=Column(Text, nullable=False))
    # The half of a shock that the figures are of; None for a rule of one part.
    half: str | None = Field(default=None, sa_column=Column(Text))
    # The id of the account that breached the rule alone.
    account: str | None = Field(default=None, sa_column=Column(Text))
    data_version: int = Field(sa_column=Column(Integer, nullable=False))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class AlertNoticeRow(SQLModel, table=True):
    """A notice to one recipient: once, by whichever process. Kept for ever once it is sent."""

    __tablename__ = "alert_notice"

    dedupe_key: str = Field(sa_column=Column(Text, primary_key=True))
    fingerprint: str = Field(sa_column=Column(Text, nullable=False))
    rule_id: str = Field(sa_column=Column(Text, nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    recipient_id: str = Field(sa_column=Column(Text, nullable=False))
    episode: int = Field(sa_column=Column(Integer, nullable=False))
    n: int = Field(sa_column=Column(Integer, nullable=False))
    # The message that tells it; several notices share one.
    outbox_key: str = Field(sa_column=Column(Text, nullable=False, index=True))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class AlertAnnouncedRow(SQLModel, table=True):
    """A transition whose recipients have all been notified."""

    __tablename__ = "alert_announced"

    transition_id: int = Field(
        sa_column=Column(Integer, ForeignKey("alert_transition.id"), primary_key=True)
    )


class AlertActionRow(SQLModel, table=True):
    """An acknowledgement, a snooze or its end, and why; append only."""

    __tablename__ = "alert_action"
    __table_args__ = (
        CheckConstraint("action IN ('acknowledge', 'snooze', 'wake')", name="action_is_known"),
        CheckConstraint(
            "(action = 'snooze') = (reason IS NOT NULL AND until IS NOT NULL)",
            name="snooze_says_why",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str = Field(sa_column=Column(Text, nullable=False, index=True))
    episode: int = Field(sa_column=Column(Integer, nullable=False))
    user_id: str = Field(sa_column=Column(Text, nullable=False))
    action: str = Field(sa_column=Column(Text, nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    until: date | None = Field(default=None, sa_column=Column(IsoDate))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class AlertMuteRow(SQLModel, table=True):
    """A user who is to be no recipient of one rule on one scope."""

    __tablename__ = "alert_mute"

    fingerprint: str = Field(sa_column=Column(Text, primary_key=True))
    user_id: str = Field(sa_column=Column(Text, primary_key=True))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
