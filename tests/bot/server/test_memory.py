import ctypes
import subprocess
import sys

import pytest

COUNTS_PLACES = """
import ctypes, threading
from bot.server.memory import keep_memory_small

keep_memory_small()
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


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="another C library")
def test_threads_share_two_places_that_they_free_memory_in() -> None:
    counted = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", COUNTS_PLACES], capture_output=True, text=True, check=True
    )

    assert int(counted.stdout) == 2
