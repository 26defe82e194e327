import errno
import os
from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.private_files import replacing, write_private, writing


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.ENOSPC, "its disk is full"),
        (errno.EDQUOT, "its disk is full"),
        (errno.EROFS, "its disk is read only"),
        (errno.EACCES, "check its folder and rights"),
    ],
)
def test_why_a_file_cannot_be_written_is_said(number: int, why: str) -> None:
    with pytest.raises(UsageError) as refused, writing(Path("folder/accounts.csv")):
        raise OSError(number, "")

    assert str(refused.value) == f"the file accounts.csv cannot be written: {why}"


def test_a_file_that_was_there_is_its_owners_alone_from_then_on(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.touch(0o666)

    write_private(path, b"figures")

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_pipe_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    path.chmod(0o666)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_private(path, b"figures")

        assert (os.read(reader, 99), path.stat().st_mode & 0o777) == (b"figures", 0o666)
    finally:
        os.close(reader)


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    with pytest.raises(UsageError, match="pipe is no file"), replacing(path):
        pass

    assert path.is_fifo()
