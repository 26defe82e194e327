"""Meanings of a company's own words for drivers, kept in a TOML file: ``theirs = ours``."""

import tomllib
from pathlib import Path

from metrics.drivers import KnownDriver, find_driver, plain_words
from storage.importing.profiles.wishes import MappingError

_TABLE = "drivers"
_CLOSE = 65


def read_driver_map(path: Path) -> dict[str, str]:
    """Read what words mean, by their plain form; a word may mean itself, and is known then.

    Raises
    ------
    MappingError
        If the file cannot be read, or a word is said to mean what is no driver.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"the drivers {path.name} cannot be read: check its name") from error
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"the drivers {path.name} are not TOML: {error}") from None
    pairs = said.get(_TABLE, said)
    if not isinstance(pairs, dict) or not all(isinstance(ours, str) for ours in pairs.values()):
        raise MappingError(f'the drivers {path.name}: write lines such as "Promo" = "discount_end"')
    return {plain_words(theirs): _ours(path.name, theirs, ours) for theirs, ours in pairs.items()}


def _ours(file: str, theirs: str, ours: str) -> str:
    if plain_words(theirs) == plain_words(ours):
        return ours
    if known := find_driver(ours):
        return known.value
    from rapidfuzz import process  # noqa: PLC0415 - slow to load, and rarely needed

    found = process.extractOne(plain_words(ours), [*KnownDriver], score_cutoff=_CLOSE)
    hint = f"did you mean {found[0].value}?" if found else f"say one of {', '.join(KnownDriver)}"
    raise MappingError(f'the drivers {file}: "{ours}" is no driver of nrrbot: {hint}')
