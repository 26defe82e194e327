"""The memory of a process that answers for weeks: threads share it, and answers find it again."""

import ctypes
from contextlib import suppress

_MALLOPT = {
    -8: 2,  # M_ARENA_MAX: else every thread has a place of its own, and keeps there what it freed
    -3: 32 * 2**20,  # M_MMAP_THRESHOLD, the most there is: an answer's arrays are below it
    -1: 64 * 2**20,  # M_TRIM_THRESHOLD: as much stays with the process when an answer frees it
}
"""Numbers of glibc's settings, as its header has them, and their values in bytes.

An array whose memory went back to the system takes longer to be fetched anew than to be filled: by
itself, a question about 100,000 accounts fetched 20 MiB page by page, each time.
"""


def reuse_memory() -> None:
    """Let this process keep what it frees, for all its threads; to be called before there are any.

    Other C libraries have no such settings, and are left as they are.
    """
    with suppress(AttributeError):
        for setting, value in _MALLOPT.items():
            ctypes.CDLL(None).mallopt(setting, value)
