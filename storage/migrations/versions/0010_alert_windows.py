"""The window that an alert's ratio is of, and the half of a rule that fired."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was told so far was told of single months.
    op.add_column(
        "alert_transition",
        sa.Column("window", sa.Text(), nullable=False, server_default=sa.text("'month'")),
    )
    op.add_column("alert_transition", sa.Column("half", sa.Text(), nullable=True))
    # A level that says no window is one of twelve months now, as whoever typed it meant it.
    rules = sa.table("alert_rule", sa.column("id"), sa.column("rule_json"), sa.column("version"))
    for number, text, version in op.get_bind().execute(sa.select(*rules.c)).all():
        rule = json.loads(text or "{}")
        if rule.get("kind") in {"floor", "masking"}:
            yearly = json.dumps({**rule, "window": "twelve-months"})
            op.execute(
                rules.update()
                .where(rules.c.id == number)
                .values(rule_json=yearly, version=version + 1)
            )
