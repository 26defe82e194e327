"""The memory of a process that serves for weeks: few places that threads free it in."""

import ctypes
from contextlib import suppress

_MALLOPT = {
    -8: 2,  # M_ARENA_MAX: else every thread has a place of its own, and keeps there what it freed
    -3: 500_000,  # M_MMAP_THRESHOLD: larger arrays go back at once; by itself the limit would grow
    -1: 8_000_000,  # M_TRIM_THRESHOLD: the next answer needs as much again, and finds it there
}
"""Numbers of glibc's settings, as its header has them, and their values."""


def keep_memory_small() -> None:
    """Let the threads of this process share memory; to be called before there are any."""
    with suppress(AttributeError):  # other C libraries have no such settings, and need none
        for setting, value in _MALLOPT.items():
            ctypes.CDLL(None).mallopt(setting, value)
