import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from bot.server.memory import Relief

COUNTS_PLACES = """
import ctypes, threading
from bot.server.memory import reuse_memory

reuse_memory()
libc = ctypes.CDLL(None)
libc.open_memstream.restype = ctypes.c_void_p
together = threading.Barrier(17)

def hold():
    libc.malloc(1_000)
    together.wait()

for _ in range(16):
    threading.Thread(target=hold).start()
together.wait()
text, size = ctypes.c_char_p(), ctypes.c_size_t()
stream = ctypes.c_void_p(libc.open_memstream(ctypes.byref(text), ctypes.byref(size)))
libc.malloc_info(0, stream)
libc.fclose(stream)
print(text.value.count(b"<heap nr="))
"""

COUNTS_PAGES = """
import resource
import numpy as np
from bot.server.memory import reuse_memory

def hold():
    [np.ones(2**20, np.uint8) for _ in range(16)]

def pages():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

reuse_memory()
hold()
before = pages()
for _ in range(10):
    hold()
print(pages() - before)
"""

GIVES_BACK = """
import numpy as np
from mmap import PAGESIZE
from bot.server.memory import Relief, reuse_memory

def pages():
    return int(open("/proc/self/statm").read().split()[1])

def hold(count):
    return [np.ones(2**20, np.uint8) for _ in range(count)].pop()  # it lies behind all others

reuse_memory()
relief = Relief()
relief.give_back()
last, before = hold({mebibytes}), pages()
relief.give_back()
print((before - pages()) * PAGESIZE // 2**20)
"""


def printed(code: str) -> int:
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return int(ran.stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="another C library")
def test_threads_share_two_places_that_they_free_memory_in() -> None:
    assert printed(COUNTS_PLACES) == 2


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library")
def test_arrays_are_made_where_others_were_and_no_page_is_fetched_anew() -> None:
    assert printed(COUNTS_PAGES) < 400  # of the 40,960 that hold ten times 16 MiB


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="another C library")
@pytest.mark.parametrize(("mebibytes", "given"), [(16, 0), (200, 199)])
def test_what_lies_free_goes_back_once_it_is_much(mebibytes: int, given: int) -> None:
    assert printed(GIVES_BACK.format(mebibytes=mebibytes)) == pytest.approx(given, abs=8)


def test_where_no_system_tells_of_memory_none_is_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.server.memory.STATM", Path("/nowhere"))
    monkeypatch.setattr(ctypes, "CDLL", None)  # not to be called

    Relief().give_back()
