"""How much the property tests draw: enough for every change, at length with `make test-slow`."""

import os

from hypothesis import settings

# A busy machine pauses any test for a moment: how fast things are is for benchmarks to judge.
settings.register_profile("quick", deadline=None)
settings.register_profile("slow", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
