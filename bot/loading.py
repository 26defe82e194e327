"""How modules are loaded when there are many."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Load modules in the block without the collector."""
    gc.disable()  # nothing of what is loaded is garbage, and looking for some takes a tenth of it
    try:
        yield
    finally:
        gc.freeze()  # and no later collection walks over it either
        gc.enable()
