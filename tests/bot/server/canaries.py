"""Looks for what must stand in nothing that the bot writes for its keepers."""

import re
from collections.abc import Iterable


def canaries_in(written: str, canaries: Iterable[str]) -> list[str]:
    """Find those that stand there; a figure only where a number begins.

    Moments and timings have any digits in their middle: a figure is there by chance.
    """
    return [one for one in canaries if re.search(_pattern(one), written)]


def _pattern(canary: str) -> str:
    return (r"(?<![0-9.])" if canary[0].isdigit() else "") + re.escape(canary)
