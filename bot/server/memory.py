"""The memory of a process that answers for weeks: threads share it, and answers find it again."""

import ctypes
from contextlib import suppress
from mmap import PAGESIZE
from pathlib import Path

_MALLOPT = {
    -8: 2,  # M_ARENA_MAX: else every thread has a place of its own, and keeps there what it freed
    -3: 32 * 2**20,  # M_MMAP_THRESHOLD, the most there is: an answer's arrays are below it
    -1: 64 * 2**20,  # M_TRIM_THRESHOLD: as much stays with the process when an answer frees it
}
"""Numbers of glibc's settings, as its header has them, and their values in bytes.

An array whose memory went back to the system takes longer to be fetched anew than to be filled: by
itself, a question about 100,000 accounts fetched 20 MiB page by page, each time.
"""
STATM = Path("/proc/self/statm")
_MUCH = 64 * 2**20  # bytes: the arrays of most answers are fewer, and wanted again by the next


def reuse_memory() -> None:
    """Let this process keep what it frees, for all its threads; to be called before there are any.

    Other C libraries have no such settings, and are left as they are.
    """
    with suppress(AttributeError):
        for setting, value in _MALLOPT.items():
            ctypes.CDLL(None).mallopt(setting, value)


class Relief:
    """Gives memory that is free back to the system, once it could be much.

    After a large answer, or a look at all data, up to half of what the process has is free, but
    lies between what is not: it would be kept until the process ends.
    """

    def __init__(self) -> None:
        self._held = 0

    def give_back(self) -> None:
        """Give it back if the process has grown much since the last time."""
        if _resident() - self._held > _MUCH:
            with suppress(AttributeError):  # another C library
                ctypes.CDLL(None).malloc_trim(0)
            self._held = _resident()


def _resident() -> int:
    """Read the memory of this process, in bytes; 0 where the system does not tell."""
    with suppress(OSError):
        return int(STATM.read_text(encoding="ascii").split()[1]) * PAGESIZE
    return 0
