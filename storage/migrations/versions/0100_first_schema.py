"""The first schema: facts, what is derived from them, delivery, alerts and access."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import refuse_changes
from storage.migrations.readable import day, moment
from storage.store.column_types import IsoDate, MinorUnits, UtcDateTime

revision = "0100"
down_revision = None
branch_labels = None
depends_on = None

SMALL = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")
KEYS = {
    "account": ("number", "account_id"),
    "account_attribute": ("id",),
    "account_parent": ("id",),
    "alert_action": ("id",),
    "alert_transition": ("id", "fingerprint, episode, kind, n, rule_version, period"),
    "audit": ("id", "hash", "prev_hash"),
    "currency": ("number", "code"),
    "dimension_value": ("number", "dimension, value"),
    "driver": ("number", "name"),
    "due_movement": ("id",),
    "exchange_rate": ("id",),
    "import_run": ("id", "data_version"),
    "mrr_movement": ("id", "source, movement_id, import_id", "reverses"),
    "product": ("number", "name"),
    "source": ("number", "name"),
}
"""Append only tables: the primary key of each and all else that is unique, since SQLite replaces
a row by any of them."""
CHANGEABLE = {
    "account": "number, account_id",
    "due_movement": "id, source, movement_id, account_id, day, amount_minor, currency, product,"
    " driver, recorded, stated_kind, stated_after, attributes, import_id, source_row",
}
"""Tables of which these columns alone stand for good."""


def upgrade() -> None:
    facts()
    derived()
    delivery()
    alerts()
    access()
    for table in KEYS:
        refuse_changes(table, KEYS[table], fixed=CHANGEABLE.get(table))
    views()


def facts() -> None:
    """The ledger: what imports wrote, append only."""
    op.create_table('import_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('findings', sa.Integer(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=False),
    sa.Column('data_version', sa.Integer(), nullable=False),
    sa.Column('closed_through', IsoDate(), nullable=True),
    sa.Column('covered_through', IsoDate(), nullable=True),
    sa.Column('kind', sa.Text(), server_default='file', nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('reverses', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('file', 'due', 'reversal')", name=op.f('ck_import_run_kind_is_known')),
    sa.ForeignKeyConstraint(['reverses'], ['import_run.id'], name=op.f('fk_import_run_reverses')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run')),
    sa.UniqueConstraint('data_version', name=op.f('uq_import_run_data_version')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_import_run_sha256'), 'import_run', ['sha256'], unique=False)
    op.create_table('account',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('created_on', IsoDate(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_account')),
    sa.UniqueConstraint('account_id', name=op.f('uq_account_account_id')),
    sqlite_strict=True
    )
    op.create_table('account_parent',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('account', sa.Integer(), nullable=False),
    sa.Column('parent', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Integer(), nullable=False),
    sa.Column('recorded', MinorUnits, nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account'], ['account.number'], name=op.f('fk_account_parent_account')),
    sa.ForeignKeyConstraint(['import_id'], ['import_run.id'], name=op.f('fk_account_parent_import_id')),
    sa.ForeignKeyConstraint(['parent'], ['account.number'], name=op.f('fk_account_parent_parent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_parent')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_account_parent_account'), 'account_parent', ['account'], unique=False)
    op.create_table('product',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_product')),
    sa.UniqueConstraint('name', name=op.f('uq_product_name')),
    sqlite_strict=True
    )
    op.create_table('driver',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_driver')),
    sa.UniqueConstraint('name', name=op.f('uq_driver_name')),
    sqlite_strict=True
    )
    op.create_table('source',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_source')),
    sa.UniqueConstraint('name', name=op.f('uq_source_name')),
    sqlite_strict=True
    )
    op.create_table('currency',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.CheckConstraint('length(code) = 3', name=op.f('ck_currency_code_is_a_code')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_currency')),
    sa.UniqueConstraint('code', name=op.f('uq_currency_code')),
    sqlite_strict=True
    )
    op.create_table('exchange_rate',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('base', sa.Text(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('rate', sa.Text(), nullable=False),
    sa.Column('recorded', MinorUnits, nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['import_run.id'], name=op.f('fk_exchange_rate_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange_rate')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_exchange_rate_currency_day'), 'exchange_rate', ['currency', 'day'], unique=False)
    op.create_table('dimension_value',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('dimension', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_dimension_value')),
    sa.UniqueConstraint('dimension', 'value', name=op.f('uq_dimension_value_dimension_value')),
    sqlite_strict=True
    )
    op.create_table('mrr_movement',
    sa.Column('id', MinorUnits, autoincrement=False, nullable=False),
    sa.Column('amount_minor', MinorUnits, nullable=False),
    sa.Column('recorded', MinorUnits, nullable=False),
    sa.Column('account', sa.Integer(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('product', sa.Integer(), nullable=True),
    sa.Column('driver', sa.Integer(), nullable=True),
    sa.Column('source', SMALL, nullable=False),
    sa.Column('currency', SMALL, nullable=False),
    sa.Column('kind', SMALL, nullable=False),
    sa.Column('movement_id', sa.Text(), nullable=True),
    sa.Column('reverses', MinorUnits, nullable=True),
    sa.CheckConstraint('amount_minor BETWEEN -1000000000000000 AND 1000000000000000', name=op.f('ck_mrr_movement_amount_in_range')),
    sa.CheckConstraint('kind BETWEEN 0 AND 6', name=op.f('ck_mrr_movement_kind_is_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mrr_movement')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_mrr_movement_account'), 'mrr_movement', ['account'], unique=False)
    op.create_index(op.f('ix_mrr_movement_source_movement_id_import_id'), 'mrr_movement', ['source', 'movement_id', 'import_id'], unique=True)
    reverses = sa.text('reverses IS NOT NULL')
    op.create_index(op.f('ix_mrr_movement_reverses'), 'mrr_movement', ['reverses'], unique=True, sqlite_where=reverses, postgresql_where=reverses)
    op.create_table('due_movement',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('movement_id', sa.Text(), nullable=True),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('amount_minor', MinorUnits, nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('product', sa.Text(), nullable=True),
    sa.Column('driver', sa.Text(), nullable=True),
    sa.Column('recorded', MinorUnits, nullable=True),
    sa.Column('stated_kind', sa.Text(), nullable=True),
    sa.Column('stated_after', MinorUnits, nullable=True),
    sa.Column('attributes', sa.Text(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.Integer(), nullable=False),
    sa.Column('landed', MinorUnits, nullable=True),
    sa.Column('withdrawn', sa.Integer(), nullable=True),
    sa.CheckConstraint('landed IS NULL OR withdrawn IS NULL', name=op.f('ck_due_movement_ends_once')),
    sa.ForeignKeyConstraint(['import_id'], ['import_run.id'], name=op.f('fk_due_movement_import_id')),
    sa.ForeignKeyConstraint(['withdrawn'], ['import_run.id'], name=op.f('fk_due_movement_withdrawn')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_due_movement')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_due_movement_source'), 'due_movement', ['source'], unique=False)
    op.create_table('account_attribute',
    sa.Column('id', MinorUnits, autoincrement=False, nullable=False),
    sa.Column('recorded', MinorUnits, nullable=False),
    sa.Column('account', sa.Integer(), nullable=False),
    sa.Column('pair', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_attribute')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_account_attribute_account'), 'account_attribute', ['account'], unique=False)


def derived() -> None:
    """Tables worked out of the ledger, here or in a warehouse."""
    op.create_table('attribute_set',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('values', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attribute_set')),
    sa.UniqueConstraint('values', name=op.f('uq_attribute_set_values')),
    sqlite_strict=True
    )
    op.create_table('control_total',
    sa.Column('month', IsoDate(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('amount_minor', MinorUnits, nullable=False),
    sa.PrimaryKeyConstraint('month', 'currency', name=op.f('pk_control_total')),
    sqlite_strict=True
    )
    op.create_table('warehouse_copy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('data_version', sa.Integer(), nullable=False),
    sa.Column('data_as_of', UtcDateTime(), nullable=False),
    sa.Column('closed_through', IsoDate(), nullable=True),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('newest_import', sa.Text(), nullable=False),
    sa.Column('looked_at', UtcDateTime(), nullable=False),
    sa.Column('covered_through', IsoDate(), nullable=True),
    sa.Column('last_movement_on', IsoDate(), nullable=True),
    sa.CheckConstraint('id = 1', name=op.f('ck_warehouse_copy_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_warehouse_copy')),
    sqlite_strict=True
    )


def delivery() -> None:
    """Subscriptions, their weeks, and the outbox that what is said goes through."""
    op.create_table('subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Text(), nullable=False),
    sa.Column('channel_id', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('dimension', sa.Text(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('parts', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("period IN ('last-month', 'quarter-to-date', 'ttm')", name=op.f('ck_subscription_period_is_known')),
    sa.CheckConstraint("state IN ('active', 'paused', 'suspended', 'removed')", name=op.f('ck_subscription_state_is_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_subscription_channel_id'), 'subscription', ['channel_id'], unique=False)
    op.create_table('subscription_schedule',
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('from_monday', IsoDate(), nullable=False),
    sa.Column('weekday', sa.Text(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.CheckConstraint("weekday IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')", name=op.f('ck_subscription_schedule_weekday_is_known')),
    sa.CheckConstraint('hour BETWEEN 0 AND 23', name=op.f('ck_subscription_schedule_hour_is_of_a_day')),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_subscription_schedule_subscription_id')),
    sa.PrimaryKeyConstraint('subscription_id', 'from_monday', name=op.f('pk_subscription_schedule')),
    sqlite_strict=True
    )
    op.create_table('digest_run',
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.Text(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('planned_at', UtcDateTime(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('data_version', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=True),
    sa.CheckConstraint("outcome IN ('queued', 'skipped_stale')", name=op.f('ck_digest_run_outcome_is_known')),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_digest_run_subscription_id')),
    sa.PrimaryKeyConstraint('subscription_id', 'week', name=op.f('pk_digest_run')),
    sqlite_strict=True
    )
    op.create_table('outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dedupe_key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('team_id', sa.Text(), nullable=False),
    sa.Column('channel_id', sa.Text(), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=True),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('payload_json', sa.Text(), nullable=True),
    sa.Column('data_version', sa.Integer(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('is_in_doubt', sa.Integer(), nullable=False),
    sa.Column('clean_looks', sa.Integer(), nullable=False),
    sa.Column('failed_looks', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('not_before', UtcDateTime(), nullable=False),
    sa.Column('first_attempt_at', UtcDateTime(), nullable=True),
    sa.Column('last_call_at', UtcDateTime(), nullable=True),
    sa.Column('last_attempt_at', UtcDateTime(), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('slack_channel_id', sa.Text(), nullable=True),
    sa.Column('slack_ts', sa.Text(), nullable=True),
    sa.Column('picture_state', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("picture_state IN ('none', 'wanted', 'shown', 'unavailable')", name=op.f('ck_outbox_picture_state_is_known')),
    sa.CheckConstraint("state IN ('pending', 'sending', 'unknown', 'sent', 'dead', 'suspended', 'skipped_stale', 'needs_attention')", name=op.f('ck_outbox_state_is_known')),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_outbox_subscription_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_outbox_dedupe_key')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_outbox_channel_id_sent_at'), 'outbox', ['channel_id', 'sent_at'], unique=False)
    op.create_index(op.f('ix_outbox_state_not_before'), 'outbox', ['state', 'not_before'], unique=False)
    op.create_index(op.f('ix_outbox_subscription_id'), 'outbox', ['subscription_id'], unique=False)
    op.create_table('outbox_picture',
    sa.Column('outbox_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('png', sa.LargeBinary(), nullable=False),
    sa.Column('alt_text', sa.Text(), nullable=False),
    sa.Column('file_id', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_outbox_picture_outbox_id')),
    sa.PrimaryKeyConstraint('outbox_id', 'position', name=op.f('pk_outbox_picture')),
    sqlite_strict=True
    )
    op.create_table('circuit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('tried_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('id = 1', name=op.f('ck_circuit_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circuit')),
    sqlite_strict=True
    )
    op.create_table('delivery_secret',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_delivery_secret_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_secret')),
    sqlite_strict=True
    )
    op.create_table('posted_figure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel_id', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('starts_on', IsoDate(), nullable=False),
    sa.Column('ends_before', IsoDate(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('nrr', sa.Text(), nullable=True),
    sa.Column('grr', sa.Text(), nullable=True),
    sa.Column('data_version', sa.Integer(), nullable=False),
    sa.Column('outbox_key', sa.Text(), nullable=True),
    sa.Column('posted_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posted_figure')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_posted_figure_channel_id'), 'posted_figure', ['channel_id'], unique=False)


def alerts() -> None:
    """Alert rules, how they stand, what was evaluated and what was said of it."""
    op.create_table('alert_action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('episode', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('until', IsoDate(), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("(action = 'snooze') = (reason IS NOT NULL AND until IS NOT NULL)", name=op.f('ck_alert_action_snooze_says_why')),
    sa.CheckConstraint("action IN ('acknowledge', 'snooze', 'wake')", name=op.f('ck_alert_action_action_is_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_action')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_alert_action_fingerprint'), 'alert_action', ['fingerprint'], unique=False)
    op.create_table('alert_evaluation',
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('rule_version', sa.Integer(), nullable=False),
    sa.Column('data_version', sa.Integer(), nullable=False),
    sa.Column('evaluated_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('fingerprint', 'rule_version', 'data_version', name=op.f('pk_alert_evaluation')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    op.create_table('alert_mute',
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('fingerprint', 'user_id', name=op.f('pk_alert_mute')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    op.create_table('alert_notice',
    sa.Column('dedupe_key', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('rule_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('recipient_id', sa.Text(), nullable=False),
    sa.Column('episode', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('outbox_key', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('dedupe_key', name=op.f('pk_alert_notice')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_alert_notice_outbox_key'), 'alert_notice', ['outbox_key'], unique=False)
    op.create_table('alert_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('default_rule', sa.Text(), nullable=True),
    sa.Column('rule_json', sa.Text(), nullable=True),
    sa.Column('owner_id', sa.Text(), nullable=True),
    sa.Column('recipients', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("state IN ('active', 'paused', 'removed')", name=op.f('ck_alert_rule_state_is_known')),
    sa.CheckConstraint('rule_json IS NOT NULL OR default_rule IS NOT NULL', name=op.f('ck_alert_rule_says_what_it_is')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_rule')),
    sa.UniqueConstraint('default_rule', name=op.f('uq_alert_rule_default_rule')),
    sqlite_strict=True
    )
    op.create_table('alert_state',
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('rule_id', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('state_json', sa.Text(), nullable=False),
    sa.Column('data_version', sa.Integer(), nullable=True),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_alert_state')),
    sqlite_strict=True
    )
    op.create_table('alert_transition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('rule_id', sa.Text(), nullable=False),
    sa.Column('rule_version', sa.Integer(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('episode', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('period', IsoDate(), nullable=True),
    sa.Column('value', sa.Text(), nullable=True),
    sa.Column('baseline', sa.Text(), nullable=True),
    sa.Column('threshold', sa.Text(), nullable=True),
    sa.Column('deviation', sa.Text(), nullable=True),
    sa.Column('window', sa.Text(), nullable=False),
    sa.Column('half', sa.Text(), nullable=True),
    sa.Column('account', sa.Text(), nullable=True),
    sa.Column('data_version', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_transition')),
    sa.UniqueConstraint('fingerprint', 'episode', 'kind', 'n', 'rule_version', 'period', name='uq_alert_transition_told_once'),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_alert_transition_data_version'), 'alert_transition', ['data_version'], unique=False)
    op.create_table('alert_announced',
    sa.Column('transition_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['transition_id'], ['alert_transition.id'], name=op.f('fk_alert_announced_transition_id')),
    sa.PrimaryKeyConstraint('transition_id', name=op.f('pk_alert_announced')),
    sqlite_strict=True
    )


def access() -> None:
    """Who may see what, and what was decided."""
    op.create_table('access_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grantee_id', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('account_detail', sa.Integer(), nullable=False),
    sa.Column('granted_by', sa.Text(), nullable=False),
    sa.Column('granted_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("role IN ('viewer', 'analyst', 'admin')", name=op.f('ck_access_grant_role_is_known')),
    sa.CheckConstraint('account_detail IN (0, 1)', name=op.f('ck_access_grant_account_detail_is_yes_or_no')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_grant')),
    sa.UniqueConstraint('grantee_id', 'scope', name=op.f('uq_access_grant_grantee_id_scope')),
    sqlite_strict=True
    )
    op.create_table('channel_approval',
    sa.Column('channel_id', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('approved_by', sa.Text(), nullable=False),
    sa.Column('approved_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('channel_id', 'scope', name=op.f('pk_channel_approval')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    op.create_table('admin_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.Text(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_admin_code_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_admin_code')),
    sqlite_strict=True
    )
    op.create_table('small_groups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('are_shown', sa.Integer(), nullable=False),
    sa.Column('set_by', sa.Text(), nullable=False),
    sa.Column('set_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('are_shown IN (0, 1)', name=op.f('ck_small_groups_are_shown_is_yes_or_no')),
    sa.CheckConstraint('id = 1', name=op.f('ck_small_groups_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_small_groups')),
    sqlite_strict=True
    )
    op.create_table('audit',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('team', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=True),
    sa.Column('surface', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=True),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('data_version', sa.Integer(), nullable=True),
    sa.Column('request_id', sa.Text(), nullable=False),
    sa.Column('prev_hash', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.CheckConstraint("decision IN ('allow', 'deny')", name=op.f('ck_audit_decision_is_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    sa.UniqueConstraint('hash', name=op.f('uq_audit_hash')),
    sa.UniqueConstraint('prev_hash', name=op.f('uq_audit_prev_hash')),
    sqlite_strict=True
    )


KINDS = ("new", "expansion", "contraction", "churn", "reactivation", "renewal", "unchanged")


def views() -> None:
    """Facts with texts, dates and moments, for people and for warehouses."""
    kind = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(KINDS))
    op.execute(
        "CREATE VIEW ledger_movement AS"  # nosec B608
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
        "CREATE VIEW ledger_attribute AS"  # nosec B608
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
