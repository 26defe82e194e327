"""Tables of alerts: rules, how they stand, what was evaluated and what it changed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Integer, Text, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from storage.column_types import IsoDate, UtcDateTime
from storage.models import STRICT


class AlertRuleRow(SQLModel, table=True):
    """A rule of the workspace's own, or what it changed about one of the default rules."""

    __tablename__ = "alert_rule"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'paused', 'removed')", name="state_is_known"),
        CheckConstraint(
            "rule_json IS NOT NULL OR default_rule IS NOT NULL", name="says_what_it_is"
        ),
        STRICT,
    )

    id: int | None = Field(default=None, primary_key=True)
    default_rule: str | None = Field(default=None, sa_column=Column(Text, unique=True))
    """The default rule that it stands in for; None for one of the workspace's own."""
    rule_json: str | None = Field(default=None, sa_column=Column(Text))
    """What it says; None where a default rule is as it is in the code."""
    version: int = Field(sa_column=Column(Integer, nullable=False))
    state: str = Field(sa_column=Column(Text, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class AlertStateRow(SQLModel, table=True):
    """Everything remembered of one rule on one scope, which its fingerprint stands for."""

    __tablename__ = "alert_state"
    __table_args__ = (STRICT,)

    fingerprint: str = Field(sa_column=Column(Text, primary_key=True))
    rule_id: str = Field(sa_column=Column(Text, nullable=False))
    scope: str = Field(sa_column=Column(Text, nullable=False))
    """JSON pairs of dimension and value; ``[]`` is the company."""
    state_json: str = Field(sa_column=Column(Text, nullable=False))
    data_version: int | None = Field(default=None, sa_column=Column(Integer))
    """The newest data that it was evaluated on; None until an evaluation succeeds."""
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class AlertEvaluationRow(SQLModel, table=True):
    """One rule on one version of the data: evaluated once, whoever evaluates.

    A rule that was edited since is another version of it.
    """

    __tablename__ = "alert_evaluation"
    __table_args__ = ({"sqlite_with_rowid": False, **STRICT},)

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
        STRICT,
    )

    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str = Field(sa_column=Column(Text, nullable=False))
    rule_id: str = Field(sa_column=Column(Text, nullable=False))
    rule_version: int = Field(sa_column=Column(Integer, nullable=False))
    scope: str = Field(sa_column=Column(Text, nullable=False))
    episode: int = Field(sa_column=Column(Integer, nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    n: int = Field(sa_column=Column(Integer, nullable=False))
    period: date | None = Field(default=None, sa_column=Column(IsoDate))
    """First day of the month that the figures are of; None when none was judged yet."""
    value: str | None = Field(default=None, sa_column=Column(Text))
    baseline: str | None = Field(default=None, sa_column=Column(Text))
    threshold: str | None = Field(default=None, sa_column=Column(Text))
    account: str | None = Field(default=None, sa_column=Column(Text))
    """The account that breached the rule alone, by its id."""
    data_version: int = Field(sa_column=Column(Integer, nullable=False))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
