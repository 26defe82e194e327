"""Dialects of engines that no test runs on: those installed, and some that are not."""

import sqlite3
import sys
from types import ModuleType
from typing import NoReturn

import pytest
from sqlalchemy import URL, Dialect
from sqlalchemy.dialects import registry
from sqlalchemy.engine.default import DefaultDialect

CLASSES = {
    "bigquery": ("sqlalchemy_bigquery", "BigQueryDialect"),
    "databricks": ("databricks.sqlalchemy", "DatabricksDialect"),
    "hive": ("pyhive.sqlalchemy_hive", "HiveDialect"),
    "redshift": ("sqlalchemy_redshift.dialect", "RedshiftDialect_psycopg2"),
    "snowflake": ("snowflake.sqlalchemy.snowdialect", "SnowflakeDialect"),
}
"""By the first word of a URL."""


def installed(name: str) -> Dialect:
    """Return a dialect; the test is skipped where it is not installed."""
    module, kind = CLASSES[name]
    dialect: Dialect = getattr(pytest.importorskip(module), kind)()
    return dialect


def uninstall(name: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a dialect's package look as if it were not there."""
    for module in [module for module in sys.modules if module.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(registry.impls, name, raising=False)


class Keyless(DefaultDialect):
    """A dialect that looks for credentials before it connects, as BigQuery's does."""

    def create_connect_args(self, url: URL) -> NoReturn:
        raise RuntimeError(f"no credentials were found for {url.password}")

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        return sqlite3


def install_keyless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a URL begin with ``keyless://``."""
    monkeypatch.setitem(registry.impls, "keyless", lambda: Keyless)
