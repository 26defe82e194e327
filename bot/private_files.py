"""Files of figures: their owner alone may read them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot.errors import UsageError

OWNER_ALONE = 0o600


@contextmanager
def private(path: Path) -> Iterator[TextIO]:
    """Open a file of text that its owner alone may read: it has names, and what each pays."""
    with os.fdopen(_opened(path), "w", encoding="utf-8", newline="") as file:
        yield file


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    with writing(path), os.fdopen(_opened(path), "wb") as file:
        file.write(content)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in one sentence that a file cannot be written.

    Raises
    ------
    UsageError
        If that is so.
    """
    try:
        yield
    except OSError:
        raise UsageError(
            f"the file {path.name} cannot be written: check its folder and rights"
        ) from None


def _opened(path: Path) -> int:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ALONE)
    path.chmod(OWNER_ALONE)  # of one that was there before, too
    return descriptor
