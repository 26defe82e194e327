"""Spark's Thrift server with two executors of one core each, on this machine and nowhere else."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

START_SECONDS = 180
STOP_SECONDS = 30


@contextmanager
def spark_server(folder: Path, *, memory_mib: int = 1024) -> Iterator[str]:
    """Run a server that keeps everything in ``folder``; yields its URL.

    The executors are processes of their own, with ``memory_mib`` each, as the driver has.
    """
    port = free_port()
    log = folder / "spark.log"
    with log.open("wb") as output:
        server = subprocess.Popen(  # noqa: S603 - our own command line
            command(folder, port, memory_mib),
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that the executors end with it, whatever happens
        )
    try:
        wait_until_ready(server, port, log)
        yield f"hive://127.0.0.1:{port}/default"
    finally:
        stop(server)


def command(folder: Path, port: int, memory_mib: int) -> list[str]:
    temporary = f"-Djava.io.tmpdir={folder}"
    metastore = f"jdbc:derby:;databaseName={folder / 'metastore'};create=true"
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": temporary,
        "spark.executor.extraJavaOptions": temporary,
        "spark.executor.memory": f"{memory_mib}m",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.warehouse.dir": str(folder / "tables"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": metastore,
        "spark.hadoop.hive.server2.thrift.bind.host": "127.0.0.1",
        "spark.hadoop.hive.server2.thrift.port": str(port),
    }
    return [
        str(spark_home() / "bin" / "spark-submit"),
        *("--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"),
        *("--master", f"local-cluster[2,1,{memory_mib}]"),
        *("--driver-memory", f"{memory_mib}m"),
        *(part for name, value in settings.items() for part in ("--conf", f"{name}={value}")),
        "spark-internal",
    ]


def environment(folder: Path) -> dict[str, str]:
    (folder / "conf").mkdir()
    return os.environ | {
        "SPARK_HOME": str(spark_home()),
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }


def spark_home() -> Path:
    """Return where pyspark keeps the whole of Spark."""
    found = find_spec("pyspark")
    assert found is not None, "run `make test-warehouse`, which installs Spark"
    assert found.origin is not None
    return Path(found.origin).parent


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server accepts connections; its log ends in why it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("Spark did not start:\n" + log.read_text(errors="replace")[-3_000:])


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server and its executors."""
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(timeout=STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
