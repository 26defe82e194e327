"""Whether this is `make test-slow`: what takes long is only run there, or only at length."""

import os

import pytest

IS_SLOW = os.environ.get("HYPOTHESIS_PROFILE") == "slow"
only_slow = pytest.mark.skipif(not IS_SLOW, reason="it takes long: `make test-slow`")
