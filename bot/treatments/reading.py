"""Reads a playbook: the package's texts, and those of a file that replace them."""

import tomllib
from functools import cache
from pathlib import Path

from bot.treatments.playbook import Playbook

DEFAULTS = Path(__file__).with_name("playbook.toml")


@cache
def default_playbook() -> Playbook:
    """Read the texts of the package."""
    tables = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    return Playbook(levers=tables["levers"], segments=tables["segments"], tiers=tables["tiers"])
