"""Run migrations on the connection that `storage.store.schema` hands over, in its transaction."""

from alembic import context
from sqlmodel import SQLModel

import storage.tables.access
import storage.tables.alerts
import storage.tables.audit
import storage.tables.benchmarks
import storage.tables.columns
import storage.tables.contracts
import storage.tables.conversations
import storage.tables.delivery
import storage.tables.due
import storage.tables.facts
import storage.tables.home
import storage.tables.identity
import storage.tables.levels
import storage.tables.quality
import storage.tables.rates
import storage.tables.signals
import storage.tables.sources
import storage.tables.usage  # noqa: F401 - they register their tables
from storage.store.schema import CONNECTION

context.configure(
    connection=context.config.attributes[CONNECTION],
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
