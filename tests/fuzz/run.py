"""Runs one target under atheris: ``python -m tests.fuzz.run door -max_total_time=600 FOLDER``.

What reaches new code it adds to the folder; without one it keeps nothing.
"""

import sys


def main(name: str, *arguments: str) -> None:
    """Fuzz until the time is up, or a target fails."""
    import atheris  # noqa: PLC0415 - it is not there on every machine

    with atheris.instrument_imports(include=["bot", "metrics", "storage.importing"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - imported so that it is watched

    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
