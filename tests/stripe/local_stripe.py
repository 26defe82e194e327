"""localstripe, the Stripe of another hand, in a process of its own: ``python -m`` this module.

It prints its port and listens on this machine alone. Nothing is kept on disk, where it would have
one file for all that run at once.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

KEY = "sk_test_of_nobody"


@contextmanager
def local_stripe() -> Iterator[str]:
    """Run one, and yield the address of its API."""
    command = [sys.executable, "-m", "tests.stripe.local_stripe"]
    with subprocess.Popen(  # noqa: S603 - its own module
        command, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def serve() -> None:
    """Serve until killed."""
    from aiohttp import web  # noqa: PLC0415 - only the process of its own needs them
    from localstripe import resources, server  # noqa: PLC0415

    resources.Store.dump_to_disk = lambda _: None
    listening = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    web.run_app(server.app, sock=listening, access_log=None, print=None)


if __name__ == "__main__":
    serve()
