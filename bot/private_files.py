"""Files of figures: their owner alone may read them."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, TextIO, cast

from bot.errors import UsageError

OWNER_ALONE = 0o600
_REASONS = {
    errno.ENOSPC: "its disk is full",
    errno.EDQUOT: "its disk is full",
    errno.EROFS: "its disk is read only",
}


@contextmanager
def private(path: Path) -> Iterator[TextIO]:
    """Open a file of text that its owner alone may read: it has names, and what each pays."""
    with os.fdopen(_opened(path), "w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file that its owner alone may read, which is there whole or not at all.

    Raises
    ------
    UsageError
        If it cannot be written, or something is there that is no file.
    """
    if path.exists() and not path.is_file():
        raise UsageError(f"{path.name} is no file: give the name of one")
    with writing(path):
        # beside it, so that it can take its place; nobody else may read it from the start
        file = NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", delete=False)  # noqa: SIM115 - closed below
        try:
            with file:
                yield cast("BinaryIO", file)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


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
    except OSError as error:
        why = _REASONS.get(error.errno or 0, "check its folder and rights")
        raise UsageError(f"the file {path.name} cannot be written: {why}") from None


def _opened(path: Path) -> int:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ALONE)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):  # /dev/stdout and the like are everybody's
        path.chmod(OWNER_ALONE)  # of one that was there before, too
    return descriptor
