import ctypes
import subprocess
import sys

import pytest

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
