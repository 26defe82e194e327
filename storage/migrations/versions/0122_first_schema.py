"""The first schema: facts, what is derived from them, delivery, alerts and access."""

from functools import partial
from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem

from storage.migrations.append_only import refuse_changes
from storage.migrations.readable import day, moment
from storage.store.column_types import IsoDate, UtcDateTime

revision = "0122"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
SMALL = SmallInteger().with_variant(Integer(), "sqlite")
LARGE = BigInteger().with_variant(Integer(), "sqlite")
REVERSES = text("reverses IS NOT NULL")
LABELS = {
    "product": "name",
    "driver": "name",
    "source": "name",
    "signal_metric": "name",
    "signal_account": "account_id",
}
"""Tables of numbers, and the text that each is for."""
DAYS = (
    *("discount_last", "trial_last", "cancelled_on", "paused_on", "resumed_on"),
    "past_due_since",
)
"""Days of the term of a contract."""
ARRAYS = {
    "position_column": (("chunk",), ("account", "product", "currency")),
    "account_column": (("chunk",), ("first_paid",)),
    "month_column": (("month", "chunk"), ("amount",)),
    "place_column": (("month", "chunk"), ("attribute_set",)),
    "movement_column": (
        ("month", "chunk"),
        ("position", "day", "amount", "kind", "driver", "spread", "recorded"),
    ),
    "statement_column": (("chunk",), ("account", "day", "pair", "recorded")),
    "parent_column": (("id",), ("account", "day", "parent", "recorded")),
    "pause_column": (("id",), ("account", "currency", "paused_on", "before", "back_on")),
    "window_sum": (("first", "last"), ("attribute_set", "sums")),
}
"""By table of columns, its key and its arrays."""
APPEND_ONLY = {
    "account": ("number", "account_id"),
    "account_attribute": ("id",),
    "account_description": ("id",),
    "account_identity": ("id",),
    "account_parent": ("id",),
    "alert_action": ("id",),
    "alert_transition": ("id", "fingerprint, episode, kind, n, rule_version, period"),
    "audit": ("id", "hash", "prev_hash"),
    "contract_term": ("id",),
    "currency": ("number", "code"),
    "dimension_value": ("number", "dimension, value"),
    "due_movement": ("id",),
    "exchange_rate": ("id",),
    "import_run": ("id", "data_version"),
    "level_span": ("id",),
    "mrr_movement": ("id", "source, movement_id, import_id", "reverses"),
    "signal": ("id",),
    "usage_movement": ("id",),
    **{label: ("number", name) for label, name in LABELS.items()},
}
"""Append only tables: the primary key of each and all else that is unique, since SQLite replaces
a row by any of them."""
CHANGEABLE = {
    "account": "number, account_id",
    "due_movement": "id, source, movement_id, account_id, day, amount_minor, currency, product,"
    " driver, recorded, stated_kind, stated_after, attributes, import_id, source_row",
}
"""Tables of which these columns alone stand for good."""
KINDS = ("new", "expansion", "contraction", "churn", "reactivation", "renewal", "unchanged")
CADENCES = {-1: "once", 0: "total", 1: "month", 3: "quarter", 6: "half-year", 12: "year"}
STATUSES = ("active", "trial", "paused", "past_due", "cancelled", "unsigned", "withdrawn")


def upgrade() -> None:
    connection = op.get_bind()
    SCHEMA.create_all(connection, checkfirst=False)
    if connection.dialect.name == "postgresql":
        for columns, (_, arrays) in ARRAYS.items():
            for array in arrays:  # as it is: PostgreSQL would compress what is read often
                op.execute(f"ALTER TABLE {columns} ALTER {array} SET STORAGE EXTERNAL")
    for kept, unique in APPEND_ONLY.items():
        refuse_changes(kept, unique, fixed=CHANGEABLE.get(kept))
    views()


def alike(kind: Any, *names: str, **more: Any) -> list[Column[Any]]:
    """Describe neighbouring columns of one type."""
    return [Column(name, kind, **more) for name in names]


needed = partial(alike, nullable=False)
optional = partial(alike, nullable=True)
key = partial(alike, primary_key=True)
number = partial(key, autoincrement=False)  # which nrrbot gives itself



def table(name: str, *parts: SchemaItem, **options: Any) -> None:
    """Describe a table."""
    Table(name, SCHEMA, *parts, sqlite_strict=True, **options)


# Facts: what imports wrote, append only.
table(
    "import_run",
    *key(Integer, "id"),
    *needed(Text, "source"),
    *needed(Text, "sha256", index=True),
    *needed(Integer, "rows", "findings"),
    *needed(UtcDateTime, "started_at", "finished_at"),
    *needed(Integer, "data_version", unique=True),
    *optional(IsoDate, "closed_through", "covered_through"),
    *needed(Text, "kind", server_default="file"),
    *needed(Text, "name", server_default=""),
    Column("reverses", Integer, ForeignKey("import_run.id")),
    CheckConstraint("kind IN ('file', 'due', 'reversal')", name="kind_is_known"),
)
table(
    "account",
    *number(Integer, "number"),
    *needed(Text, "account_id", unique=True),
    *optional(Text, "name"),
    *optional(IsoDate, "created_on"),
)
table(
    "account_description",
    *number(Integer, "id"),
    *needed(Integer, "account", index=True),
    *optional(Text, "name"),
    *optional(IsoDate, "created_on"),
    *optional(Integer, "import_id", index=True),
)
table(
    "account_parent",
    *number(Integer, "id"),
    Column("account", Integer, ForeignKey("account.number"), nullable=False, index=True),
    Column("parent", Integer, ForeignKey("account.number")),
    *needed(Integer, "valid_from"),
    *needed(LARGE, "recorded"),
    Column("import_id", Integer, ForeignKey("import_run.id"), nullable=False),
)
table(
    "account_identity",
    *number(Integer, "id"),
    *needed(Text, "source", "external_id"),
    Column("account", Integer, ForeignKey("account.number"), nullable=False, index=True),
    *needed(LARGE, "recorded"),
    Column("import_id", Integer, ForeignKey("import_run.id"), nullable=False),
    Index(None, "source", "external_id"),
)
for label, name in LABELS.items():
    table(label, *number(Integer, "number"), *needed(Text, name, unique=True))
table(
    "currency",
    *number(Integer, "number"),
    *needed(Text, "code", unique=True),
    CheckConstraint("length(code) = 3", name="code_is_a_code"),
)
table(
    "dimension_value",
    *number(Integer, "number"),
    *needed(Text, "dimension", "value"),
    UniqueConstraint("dimension", "value"),
)
table(
    "exchange_rate",
    *number(Integer, "id"),
    *needed(Integer, "day"),
    *needed(Text, "base", "currency", "rate"),
    *needed(LARGE, "recorded"),
    Column("import_id", Integer, ForeignKey("import_run.id"), nullable=False),
    *needed(Integer, "source_row"),
    Index(None, "currency", "day"),
)
table(
    "mrr_movement",
    *number(LARGE, "id"),
    *needed(LARGE, "amount_minor", "recorded"),
    *needed(Integer, "account", "day", "import_id", "source_row"),
    *optional(Integer, "product", "driver"),
    *needed(SMALL, "source", "currency", "kind"),
    *optional(Text, "movement_id"),
    *optional(LARGE, "reverses"),
    CheckConstraint(
        "amount_minor BETWEEN -1000000000000000 AND 1000000000000000",
        name="amount_in_range",
    ),
    CheckConstraint("kind BETWEEN 0 AND 6", name="kind_is_known"),
    Index(None, "account"),
    Index(None, "reverses", unique=True, sqlite_where=REVERSES, postgresql_where=REVERSES),
    Index(None, "source", "movement_id", "import_id", unique=True),
)
table(
    "due_movement",
    *number(Integer, "id"),
    *needed(Text, "source"),
    *optional(Text, "movement_id"),
    *needed(Text, "account_id"),
    *needed(Integer, "day"),
    *needed(LARGE, "amount_minor"),
    *needed(Text, "currency"),
    *optional(Text, "product", "driver"),
    *optional(LARGE, "recorded"),
    *optional(Text, "stated_kind"),
    *optional(LARGE, "stated_after"),
    *needed(Text, "attributes"),
    Column("import_id", Integer, ForeignKey("import_run.id"), nullable=False),
    *needed(Integer, "source_row"),
    *optional(LARGE, "landed"),
    Column("withdrawn", Integer, ForeignKey("import_run.id")),
    CheckConstraint("landed IS NULL OR withdrawn IS NULL", name="ends_once"),
    Index(None, "source"),
)
table(
    "account_attribute",
    *number(LARGE, "id"),
    *needed(LARGE, "recorded"),
    *needed(Integer, "account", "pair", "valid_from", "import_id"),
    Index(None, "account"),
)
table(
    "contract_term",
    *number(LARGE, "id"),
    *needed(LARGE, "amount_minor", "discount_minor", "recorded"),
    *needed(Integer, "account", "start", "import_id", "source_row", "discount_share"),
    *optional(Integer, "last", "seats", "escalator", *DAYS),
    *needed(SMALL, "cadence", "status", "is_usage"),
    *optional(SMALL, "auto_renew"),
    *needed(Text, "source", "currency"),
    *optional(Text, "product", "contract_id", "amendment_of"),
    CheckConstraint(
        "amount_minor BETWEEN -1000000000000000 AND 1000000000000000",
        name="amount_in_range",
    ),
    CheckConstraint(
        "cadence BETWEEN -1 AND 1 OR cadence = 3 OR cadence = 6 OR cadence = 12",
        name="cadence_is_known",
    ),
    CheckConstraint("discount_share BETWEEN 0 AND 1000000", name="discount_is_a_share"),
    CheckConstraint("status BETWEEN 0 AND 6", name="status_is_known"),
    Index(None, "account"),
    Index(None, "contract_id"),
)
table(
    "level_span",
    *number(Integer, "id"),
    *optional(Integer, "account"),
    *optional(Text, "currency", "product"),
    *needed(Integer, "since", "until", "import_id"),
    *needed(SMALL, "is_usage", server_default=text("0")),
    Index(None, "account"),
)
table(
    "usage_movement",
    *number(LARGE, "id"),
    *needed(LARGE, "amount_minor", "recorded"),
    *needed(Integer, "account", "day", "import_id", "source_row"),
    *optional(Integer, "product"),
    *needed(SMALL, "currency"),
    *optional(Text, "movement_id"),
    *optional(LARGE, "reverses"),
    CheckConstraint(
        "amount_minor BETWEEN -1000000000000000 AND 1000000000000000",
        name="amount_in_range",
    ),
    Index(None, "account"),
)
table(
    "signal",
    *number(LARGE, "id"),
    *needed(LARGE, "units", "recorded"),
    *needed(Integer, "account", "day", "import_id", "source_row"),
    *needed(SMALL, "metric", "decimals"),
    CheckConstraint("decimals BETWEEN 0 AND 30", name="decimals_in_range"),
    Index(None, "account", "day"),
)

# What is worked out of the ledger, here or in a warehouse.
table("attribute_set", *key(Integer, "id"), *needed(Text, "values", unique=True))
table(
    "control_total",
    *key(IsoDate, "month"),
    *key(Text, "currency"),
    *needed(LARGE, "amount_minor"),
)
table(
    "warehouse_copy",
    *key(Integer, "id"),
    *needed(Text, "currency"),
    *needed(Integer, "data_version"),
    *needed(UtcDateTime, "data_as_of"),
    *optional(IsoDate, "closed_through"),
    *needed(Integer, "generation"),
    *needed(Text, "newest_import"),
    *needed(UtcDateTime, "looked_at"),
    *optional(IsoDate, "covered_through", "last_movement_on"),
    CheckConstraint("id = 1", name="one_row"),
)
table(
    "column_build",
    *number(Integer, "id"),
    *needed(Integer, "built_through"),
    *needed(Text, "tiers"),
    *needed(Integer, "generation", "changed_since"),
    *needed(LARGE, "last_movement", "last_statement", "last_parent"),
    CheckConstraint("id = 1", name="one_row"),
)
for arrays_of, (keys, arrays) in ARRAYS.items():
    only_one = [CheckConstraint("id = 1", name="one_row")] if keys == ("id",) else []
    table(arrays_of, *number(Integer, *keys), *needed(LargeBinary, *arrays), *only_one)
table(
    "quality_reading",
    *key(Text, "week"),
    *needed(Text, "measures"),
    *needed(UtcDateTime, "at"),
    sqlite_with_rowid=False,
)

# Subscriptions, their digests, and the outbox that what is said goes through.
table(
    "subscription",
    *key(Integer, "id"),
    *needed(Text, "team_id"),
    *needed(Text, "channel_id", index=True),
    *needed(Text, "owner_id", "state"),
    *optional(Text, "reason"),
    *needed(Text, "scope", "dimension", "period"),
    *needed(UtcDateTime, "created_at", "changed_at"),
    *needed(Integer, "is_monthly", server_default=text("0")),
    CheckConstraint("is_monthly = 0 OR period = 'last-month'", name="monthly_is_of_a_month"),
    CheckConstraint("period IN ('last-month', 'quarter-to-date', 'ttm')", name="period_is_known"),
    CheckConstraint("state IN ('active', 'paused', 'suspended', 'removed')", name="state_is_known"),
)
table(
    "subscription_schedule",
    Column("subscription_id", Integer, ForeignKey("subscription.id"), primary_key=True),
    *key(IsoDate, "from_monday"),
    *needed(Text, "weekday"),
    *needed(Integer, "hour"),
    *needed(Text, "time_zone"),
    CheckConstraint("hour BETWEEN 0 AND 23", name="hour_is_of_a_day"),
    CheckConstraint(
        "weekday IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')",
        name="weekday_is_known",
    ),
)
table(
    "digest_run",
    Column("subscription_id", Integer, ForeignKey("subscription.id"), primary_key=True),
    *key(Text, "week"),
    *needed(UtcDateTime, "due_at", "planned_at"),
    *needed(Text, "outcome"),
    *needed(Integer, "data_version"),
    *optional(Text, "fingerprint"),
    *optional(IsoDate, "month"),
    CheckConstraint("outcome IN ('queued', 'skipped_stale', 'quiet')", name="outcome_is_known"),
)
table(
    "outbox",
    *key(Integer, "id"),
    *needed(Text, "dedupe_key", unique=True),
    *needed(Text, "kind", "team_id", "channel_id"),
    Column("subscription_id", Integer, ForeignKey("subscription.id"), index=True),
    *needed(Text, "scope"),
    *optional(Text, "payload_json"),
    *needed(Integer, "data_version"),
    *needed(UtcDateTime, "due_at"),
    *needed(Text, "state"),
    *needed(Integer, "generation"),
    *optional(Text, "owner"),
    *optional(UtcDateTime, "lease_until"),
    *needed(Integer, "attempts"),
    *needed(Integer, "failures", server_default=text("0")),
    *needed(Integer, "is_in_doubt", "clean_looks"),
    *needed(Integer, "failed_looks", server_default=text("0")),
    *needed(UtcDateTime, "not_before"),
    *optional(UtcDateTime, "first_attempt_at", "last_call_at", "last_attempt_at"),
    *optional(Text, "last_error", "slack_channel_id", "slack_ts"),
    *needed(Text, "picture_state"),
    *needed(UtcDateTime, "created_at"),
    *optional(UtcDateTime, "sent_at"),
    *optional(Text, "follows"),
    *needed(Integer, "updates_wanted", server_default=text("0")),
    *needed(Integer, "updates_made", server_default=text("0")),
    CheckConstraint(
        "picture_state IN ('none', 'wanted', 'shown', 'unavailable')",
        name="picture_state_is_known",
    ),
    CheckConstraint(
        "state IN ('pending', 'sending', 'unknown', 'sent', 'dead', 'suspended',"
        " 'skipped_stale', 'needs_attention')",
        name="state_is_known",
    ),
    Index(None, "channel_id", "sent_at"),
    Index(None, "state", "not_before"),
)
table(
    "outbox_picture",
    Column("outbox_id", Integer, ForeignKey("outbox.id"), primary_key=True),
    *key(Integer, "position"),
    *needed(LargeBinary, "png"),
    *needed(Text, "alt_text"),
    *optional(Text, "file_id", "name"),
)
table(
    "circuit",
    *key(Integer, "id"),
    *needed(UtcDateTime, "opened_at"),
    *needed(Text, "reason"),
    *optional(UtcDateTime, "tried_at"),
    CheckConstraint("id = 1", name="one_row"),
)
table(
    "delivery_secret",
    *key(Integer, "id"),
    *needed(Text, "secret"),
    CheckConstraint("id = 1", name="one_row"),
)
table(
    "posted_figure",
    *key(Integer, "id"),
    *needed(Text, "channel_id", index=True),
    *needed(Text, "scope"),
    *needed(IsoDate, "starts_on", "ends_before"),
    *needed(Text, "label"),
    *optional(Text, "nrr", "grr"),
    *needed(Integer, "data_version"),
    *optional(Text, "outbox_key"),
    *needed(UtcDateTime, "posted_at"),
)

# Alert rules, how they stand, what was evaluated and what was said of it.
table(
    "alert_action",
    *key(Integer, "id"),
    *needed(Text, "fingerprint", index=True),
    *needed(Integer, "episode"),
    *needed(Text, "user_id", "action"),
    *optional(Text, "reason"),
    *optional(IsoDate, "until"),
    *needed(UtcDateTime, "at"),
    CheckConstraint("action IN ('acknowledge', 'snooze', 'wake')", name="action_is_known"),
    CheckConstraint(
        "(action = 'snooze') = (reason IS NOT NULL AND until IS NOT NULL)",
        name="snooze_says_why",
    ),
)
table(
    "alert_evaluation",
    *key(Text, "fingerprint"),
    *key(Integer, "rule_version", "data_version"),
    *needed(UtcDateTime, "evaluated_at"),
    sqlite_with_rowid=False,
)
table(
    "alert_mute",
    *key(Text, "fingerprint", "user_id"),
    *needed(UtcDateTime, "at"),
    sqlite_with_rowid=False,
)
table(
    "alert_notice",
    *key(Text, "dedupe_key"),
    *needed(Text, "fingerprint", "rule_id", "kind", "recipient_id"),
    *needed(Integer, "episode", "n"),
    *needed(Text, "outbox_key", index=True),
    *needed(UtcDateTime, "at"),
    sqlite_with_rowid=False,
)
table(
    "alert_rule",
    *key(Integer, "id"),
    *optional(Text, "default_rule", unique=True),
    *optional(Text, "rule_json", "owner_id", "recipients"),
    *needed(Integer, "version"),
    *needed(Text, "state"),
    *needed(UtcDateTime, "created_at", "changed_at"),
    CheckConstraint("rule_json IS NOT NULL OR default_rule IS NOT NULL", name="says_what_it_is"),
    CheckConstraint("state IN ('active', 'paused', 'removed')", name="state_is_known"),
)
table(
    "alert_state",
    *key(Text, "fingerprint"),
    *needed(Text, "rule_id", "scope", "state_json"),
    *optional(Integer, "data_version"),
    *needed(UtcDateTime, "updated_at"),
)
table(
    "alert_transition",
    *key(Integer, "id"),
    *needed(Text, "fingerprint", "rule_id"),
    *needed(Integer, "rule_version"),
    *needed(Text, "scope"),
    *needed(Integer, "episode"),
    *needed(Text, "kind"),
    *needed(Integer, "n"),
    *optional(IsoDate, "period"),
    *optional(Text, "value", "baseline", "threshold", "deviation"),
    *needed(Text, "window"),
    *optional(Text, "half", "account"),
    *needed(Integer, "data_version"),
    *needed(UtcDateTime, "at"),
    UniqueConstraint(
        *("fingerprint", "episode", "kind", "n", "rule_version", "period"),
        name="uq_alert_transition_told_once",
    ),
    Index(None, "data_version"),
)
table(
    "alert_announced",
    Column("transition_id", Integer, ForeignKey("alert_transition.id"), primary_key=True),
)

# Who may see what, and what was decided.
table(
    "access_grant",
    *key(Integer, "id"),
    *needed(Text, "grantee_id", "role", "scope"),
    *needed(Integer, "account_detail"),
    *needed(Text, "granted_by"),
    *needed(UtcDateTime, "granted_at"),
    CheckConstraint("account_detail IN (0, 1)", name="account_detail_is_yes_or_no"),
    CheckConstraint("role IN ('viewer', 'analyst', 'admin')", name="role_is_known"),
    UniqueConstraint("grantee_id", "scope"),
)
table(
    "channel_approval",
    *key(Text, "channel_id", "scope"),
    *needed(Text, "approved_by"),
    *needed(UtcDateTime, "approved_at"),
    sqlite_with_rowid=False,
)
table(
    "admin_code",
    *key(Integer, "id"),
    *needed(Text, "code_hash"),
    *needed(UtcDateTime, "expires_at"),
    CheckConstraint("id = 1", name="one_row"),
)
table(
    "small_groups",
    *key(Integer, "id"),
    *needed(Integer, "are_shown"),
    *needed(Text, "set_by"),
    *needed(UtcDateTime, "set_at"),
    CheckConstraint("are_shown IN (0, 1)", name="are_shown_is_yes_or_no"),
    CheckConstraint("id = 1", name="one_row"),
)
table(
    "audit",
    *number(Integer, "id"),
    *needed(UtcDateTime, "at"),
    *needed(Text, "actor", "team", "action"),
    *optional(Text, "scope"),
    *needed(Text, "surface"),
    *optional(Text, "channel"),
    *needed(Text, "decision"),
    *optional(Text, "reason"),
    *optional(Integer, "data_version"),
    *needed(Text, "request_id", "prev_hash", "hash"),
    CheckConstraint("decision IN ('allow', 'deny')", name="decision_is_known"),
    UniqueConstraint("hash"),
    UniqueConstraint("prev_hash"),
)

# What the workspace declares, and what people have asked and seen.
table(
    "workspace_profile",
    *key(Integer, "id"),
    *needed(Text, "company"),
    *optional(Text, "stage"),
    *needed(Text, "set_by"),
    *needed(UtcDateTime, "set_at"),
    CheckConstraint("id = 1", name="one_row"),
)
table(
    "segment_peers",
    *key(Text, "dimension", "value"),
    *optional(Text, "peers"),
    *needed(Text, "set_by"),
    *needed(UtcDateTime, "set_at"),
    sqlite_with_rowid=False,
)
table(
    "goal",
    *key(Text, "scope"),
    *needed(Integer, "nrr_millionths"),
    *needed(Text, "set_by"),
    *needed(UtcDateTime, "set_at"),
    CheckConstraint("nrr_millionths > 0", name="nrr_is_above_zero"),
    sqlite_with_rowid=False,
)
table(
    "heard_message",
    *key(Text, "channel_id", "ts"),
    *needed(UtcDateTime, "heard_at"),
    *optional(Text, "answer_ts", "user_id", "thread_ts"),
    *optional(UtcDateTime, "answering_at"),
    sqlite_with_rowid=False,
)
table(
    "last_question",
    *key(Text, "channel_id", "thread_ts", "seen_by"),
    *needed(Text, "question"),
    *needed(UtcDateTime, "asked_at"),
    sqlite_with_rowid=False,
)
table(
    "home_visit",
    *key(Text, "user_id"),
    *needed(UtcDateTime, "opened_at", "checked_at"),
    *optional(Text, "fingerprint", "view_hash"),
    sqlite_with_rowid=False,
)
table(
    "source_state",
    *key(Text, "name"),
    *needed(Text, "cursor"),
    *optional(IsoDate, "covered_through"),
    *needed(UtcDateTime, "tried_at"),
    *optional(UtcDateTime, "succeeded_at"),
    Column("import_id", Integer, ForeignKey("import_run.id")),
    *needed(Integer, "rows"),
    *optional(Text, "failure"),
    *optional(UtcDateTime, "failed_since", "told_at"),
    *needed(Integer, "generation", server_default=text("0")),
    *needed(Text, "notes", server_default=""),
    sqlite_with_rowid=False,
)


def views() -> None:
    """Facts with texts, dates and moments, for people and for warehouses."""
    kind = " ".join(f"WHEN {n} THEN '{name}'" for n, name in enumerate(KINDS))
    op.execute(
        "CREATE VIEW ledger_movement AS"  # nosec
        " SELECT m.id, s.name AS source,"
        " coalesce('reverses:' || m.reverses, m.movement_id, r.sha256 || ':' || m.source_row)"
        " AS movement_id,"
        f" a.account_id, CASE m.product WHEN -2 THEN '(none)' ELSE p.name END AS product,"
        f" {day('m.day')} AS effective_on,"
        f" CASE m.kind {kind} END AS kind, d.name AS driver, m.amount_minor, c.code AS currency,"
        f" {moment('m.recorded')} AS recorded_at, m.import_id, m.source_row"
        " FROM mrr_movement AS m JOIN account AS a ON a.number = m.account"
        " JOIN source AS s ON s.number = m.source JOIN currency AS c ON c.number = m.currency"
        " JOIN import_run AS r ON r.id = m.import_id"
        " LEFT JOIN product AS p ON p.number = m.product"
        " LEFT JOIN driver AS d ON d.number = m.driver"
    )
    op.execute(
        "CREATE VIEW ledger_attribute AS"  # nosec
        f" SELECT t.id, a.account_id, v.dimension, v.value, {day('t.valid_from')} AS valid_from,"
        f" {moment('t.recorded')} AS recorded_at, t.import_id"
        " FROM account_attribute AS t JOIN account AS a ON a.number = t.account"
        " JOIN dimension_value AS v ON v.number = t.pair"
    )
    op.execute(
        "CREATE VIEW ledger_account AS WITH RECURSIVE above (account, parent) AS MATERIALIZED ("
        " SELECT account, parent FROM (SELECT account, parent, row_number() OVER ("
        " PARTITION BY account ORDER BY valid_from DESC, id DESC) AS place FROM account_parent"
        ") AS said WHERE place = 1 AND parent IS NOT NULL),"
        " root (account, top) AS (SELECT DISTINCT parent, parent FROM above"
        " WHERE parent NOT IN (SELECT account FROM above) UNION ALL"
        " SELECT above.account, root.top FROM root JOIN above ON above.parent = root.account)"
        " SELECT a.account_id, a.name, p.account_id AS parent_id,"
        " coalesce(r.account_id, a.account_id) AS root_id, a.created_on"
        " FROM account AS a LEFT JOIN above ON above.account = a.number"
        " LEFT JOIN account AS p ON p.number = above.parent"
        " LEFT JOIN root ON root.account = a.number LEFT JOIN account AS r ON r.number = root.top"
    )
    op.execute(
        "CREATE VIEW ledger_signal AS"  # nosec
        f" SELECT s.id, a.account_id, {day('s.day')} AS day, m.name AS metric, s.units, s.decimals,"
        f" {moment('s.recorded')} AS recorded_at, s.import_id, s.source_row"
        " FROM signal AS s JOIN signal_account AS a ON a.number = s.account"
        " JOIN signal_metric AS m ON m.number = s.metric"
    )
    cadence = " ".join(f"WHEN {n} THEN '{name}'" for n, name in CADENCES.items())
    status = " ".join(f"WHEN {n} THEN '{name}'" for n, name in enumerate(STATUSES))
    days = ", ".join(f"{day(f't.{name}')} AS {name}" for name in ("start", "last", *DAYS))
    op.execute(
        "CREATE VIEW ledger_contract_term AS"  # nosec
        " SELECT t.id, t.source, t.contract_id, t.amendment_of, a.account_id, t.product,"
        f" t.currency, t.amount_minor, CASE t.cadence {cadence} END AS per,"
        f" {days}, t.seats, t.discount_minor, t.discount_share, t.escalator, t.auto_renew,"
        f" t.is_usage, CASE t.status {status} END AS status, {moment('t.recorded')} AS recorded_at,"
        " t.import_id, t.source_row FROM contract_term AS t"
        " JOIN account AS a ON a.number = t.account"
    )
