"""The ledger: accounts, attributes, movements, imports, and the balances derived from them."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import IsoDate, MinorUnits, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("mrr_movement", "account_attribute", "import_run")


def upgrade() -> None:
    op.create_table('account',
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('parent_id', sa.Text(), nullable=True),
    sa.Column('root_id', sa.Text(), nullable=False),
    sa.Column('created_on', IsoDate(), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['account.account_id'], name=op.f('fk_account_parent_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_account')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_account_root_id'), 'account', ['root_id'], unique=False)
    op.create_table('attribute_set',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('values', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attribute_set')),
    sa.UniqueConstraint('values', name=op.f('uq_attribute_set_values')),
    sqlite_strict=True
    )
    op.create_table('balance_build',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('built_through', IsoDate(), nullable=False),
    sa.Column('tiers', sa.Text(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_balance_build_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_balance_build')),
    sqlite_strict=True
    )
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
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run')),
    sa.UniqueConstraint('data_version', name=op.f('uq_import_run_data_version')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_import_run_sha256'), 'import_run', ['sha256'], unique=False)
    op.create_table('account_attribute',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('dimension', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('valid_from', IsoDate(), nullable=False),
    sa.Column('recorded_at', UtcDateTime(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.account_id'], name=op.f('fk_account_attribute_account_id')),
    sa.ForeignKeyConstraint(['import_id'], ['import_run.id'], name=op.f('fk_account_attribute_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_attribute')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_account_attribute_account_id_dimension_valid_from'), 'account_attribute', ['account_id', 'dimension', 'valid_from'], unique=False)
    op.create_index(op.f('ix_account_attribute_dimension_value'), 'account_attribute', ['dimension', 'value'], unique=False)
    op.create_table('month_balance',
    sa.Column('as_of', IsoDate(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('mrr_minor', MinorUnits, nullable=False),
    sa.Column('first_paid_on', IsoDate(), nullable=False),
    sa.Column('attribute_set_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('mrr_minor > 0', name=op.f('ck_month_balance_mrr_is_positive')),
    sa.ForeignKeyConstraint(['attribute_set_id'], ['attribute_set.id'], name=op.f('fk_month_balance_attribute_set_id')),
    sa.PrimaryKeyConstraint('as_of', 'account_id', name=op.f('pk_month_balance')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    op.create_table('mrr_movement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('movement_id', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Text(), nullable=False),
    sa.Column('product', sa.Text(), nullable=True),
    sa.Column('effective_on', IsoDate(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('driver', sa.Text(), nullable=True),
    sa.Column('amount_minor', MinorUnits, nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('recorded_at', UtcDateTime(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('new', 'expansion', 'contraction', 'churn', 'reactivation', 'renewal', 'unchanged')", name=op.f('ck_mrr_movement_kind_is_known')),
    sa.CheckConstraint('amount_minor BETWEEN -1000000000000 AND 1000000000000', name=op.f('ck_mrr_movement_amount_in_range')),
    sa.CheckConstraint('length(currency) = 3', name=op.f('ck_mrr_movement_currency_is_a_code')),
    sa.ForeignKeyConstraint(['account_id'], ['account.account_id'], name=op.f('fk_mrr_movement_account_id')),
    sa.ForeignKeyConstraint(['import_id'], ['import_run.id'], name=op.f('fk_mrr_movement_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mrr_movement')),
    sa.UniqueConstraint('source', 'movement_id', name=op.f('uq_mrr_movement_source_movement_id')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_mrr_movement_account_id_effective_on_amount_minor'), 'mrr_movement', ['account_id', 'effective_on', 'amount_minor'], unique=False)
    op.create_index(op.f('ix_mrr_movement_effective_on_account_id_amount_minor'), 'mrr_movement', ['effective_on', 'account_id', 'amount_minor'], unique=False)
    # ### end Alembic commands ###

    for table in APPEND_ONLY:
        refuse_changes(table)


def refuse_changes(table: str) -> None:
    """Let the database itself refuse to rewrite what an auditor relies on."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{table} is append only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )
