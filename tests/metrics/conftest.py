from hypothesis import settings

# A busy machine pauses any test for a moment: slowness is for the benchmarks to judge.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
