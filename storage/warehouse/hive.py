"""Connection to a Spark or Hive Thrift server: PyHive, with the time limits that it lacks."""

import logging
from contextlib import suppress
from typing import Any

from pyhive import hive
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import aggregate_strings
from thrift.Thrift import TException
from thrift.transport.TSocket import TSocket
from thrift.transport.TTransport import TBufferedTransport, TTransportBase
from thrift_sasl import TSaslClientTransport

from storage.errors import WarehouseUnreachableError

# It writes the server's address; what is wrong is in the error that is raised.
logging.getLogger("thrift.transport").disabled = True
logging.getLogger("thrift.transport.TSocket").disabled = True

DEFAULT_PORT = 10_000
SESSION = {"spark.sql.session.timeZone": "UTC"}  # Thrift carries moments without their zone


@compiles(aggregate_strings, "hive")
def join_texts(element: aggregate_strings, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Write the joining of many texts; several of them in one statement keep one order."""
    value, separator = (compiler.process(part, **options) for part in element.clauses)
    return f"concat_ws({separator}, collect_list(CAST({value} AS STRING)))"


class HiveConnection(hive.Connection):  # type: ignore[misc]  # PyHive has no types
    """A connection that can be closed when its server is gone."""

    def close(self) -> None:
        """Close the session and the connection; a server that is gone has done so itself."""
        with suppress(TException, OSError):
            super().close()


def connect(
    *, connect_seconds: int, answer_seconds: int, url_arguments: dict[str, Any]
) -> HiveConnection:
    """Return a DB-API connection that gives up waiting.

    Parameters
    ----------
    connect_seconds, answer_seconds : int
        How long to wait for the server to let us in, and to answer one statement.
    url_arguments : dict
        What PyHive's dialect read from the URL: host, port, username, password, database, auth
        (NONE, NOSASL, LDAP, CUSTOM or KERBEROS), kerberos_service_name.

    Raises
    ------
    WarehouseUnreachableError
        If it does not let us in.
    """
    given = dict(url_arguments)
    database, username = given.pop("database", "default"), given.pop("username", None)
    socket = TSocket(given.pop("host"), int(given.pop("port", None) or DEFAULT_PORT))
    socket.setTimeout(connect_seconds * 1000)
    try:
        connection = HiveConnection(
            thrift_transport=_transport(socket, username=username, **given),
            username=username,
            database=database,
            configuration=SESSION,
        )
    except (TException, OSError) as error:
        raise WarehouseUnreachableError from error
    socket.setTimeout(answer_seconds * 1000)
    return connection


def _transport(
    socket: TSocket,
    *,
    username: str | None,
    password: str | None = None,
    auth: str = "NONE",
    kerberos_service_name: str | None = None,
) -> TTransportBase:
    if auth == "NOSASL":
        return TBufferedTransport(socket)
    mechanism = "GSSAPI" if auth == "KERBEROS" else "PLAIN"
    client = {
        "host": socket.host,
        "sasl_auth": mechanism,
        "service": kerberos_service_name,
        "username": username or "nrrbot",
        "password": password or "unused",  # PLAIN wants one, NONE does not look at it
    }
    return TSaslClientTransport(lambda: hive.get_installed_sasl(**client), mechanism, socket)
