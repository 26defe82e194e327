"""What slack_sdk leaves of a connection that was lost: a socket that only the collector closes."""

import gc
import warnings


def collect() -> None:
    """Let it be closed here, where it is expected, and not during whatever test comes next."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
