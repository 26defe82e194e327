"""Alembic's migrations: the schema's only owner."""
