"""Settings as the environment and ``.env`` have them: names that are none, unusable values."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pydantic.fields import FieldInfo

DOTENV = ".env"
IN_FILE = "_file"
"""Ends the name of a setting that names the file of a secret."""
TIER_EDGES = "whole amounts above zero, ascending, such as 25000,100000"
_OURS = "nrrbot_"
_SLACK = "slack_"
_CLOSE = 85  # of 100: how alike a name has to be to be taken for a slip of one of ours
_LOOSE = 65  # the same of a name that can only be meant for one
# What Kubernetes tells every container of a service that happens to be called nrrbot.
_OF_A_SERVICE = re.compile(r"nrrbot_(\w+_)?(service_(host|port\w*)|port_\d+_(tcp|udp)\w*)")
_ADDRESS = re.compile(r"(tcp|udp)://")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Values by name, in small letters, as the environment and the file have them.

    Those of the environment win.
    """

    environment: Mapping[str, str]
    dotenv: Mapping[str, str | None]

    def value_of(self, name: str) -> str | None:
        """Look up the value of a setting; None where it has none, or an empty one."""
        return self.environment.get(name) or self.dotenv.get(name) or None

    def place_of(self, name: str) -> str:
        """Say where the value of a setting comes from."""
        if self.environment.get(name):
            return "in the environment"
        if self.dotenv.get(name):
            return f"in {DOTENV}"
        file = f"{name}{IN_FILE}"
        return f"in the file of {file.upper()}" if self.value_of(file) else "by default"

    def mistakes(self, known: Collection[str]) -> Iterator[str]:
        """Yield a sentence on each name that was meant to be a setting and is none."""
        for name, value in self.environment.items():
            if name not in known and not _is_of_a_service(name, value):
                yield from _mistake(name, known, "in the environment", is_ours=False)
        for name in self.dotenv:
            if name not in known:
                yield from _mistake(name, known, f"in {DOTENV}", is_ours=True)

    def names_in_file(self, known: Collection[str]) -> list[str]:
        """List the settings to which the file gives a value, in its order."""
        return [name.upper() for name, value in self.dotenv.items() if value and name in known]


def _is_of_a_service(name: str, value: str) -> bool:
    is_address = name == f"{_OURS}port" and _ADDRESS.match(value)
    return bool(is_address or _OF_A_SERVICE.fullmatch(name))


def _mistake(name: str, known: Collection[str], place: str, *, is_ours: bool) -> Iterator[str]:
    """Tell a slip from a name that belongs to somebody else.

    Parameters
    ----------
    is_ours : bool
        Whether it stands where only our names and those of Compose are expected.
    """
    if not (is_ours or name.startswith((_OURS, _SLACK))):
        return
    is_meant = (is_ours and name.startswith(_SLACK)) or name.startswith(_OURS)
    # By what follows the prefix, which would make any two names alike.
    words = {one.removeprefix(_OURS): one for one in known}
    nearest = most_alike(name.removeprefix(_OURS), words, least=_LOOSE if is_meant else _CLOSE)
    if is_meant or nearest:
        hint = f"did you mean {words[nearest].upper()}?" if nearest else "remove it"
        yield f"{name.upper()} {place} is no setting of nrrbot: {hint}"


def most_alike(name: str, known: Collection[str], *, least: int) -> str | None:
    """Find the name of which another is a slip; None where none is alike enough.

    Parameters
    ----------
    least : int
        How alike they have to be, of 100.

    Examples
    --------
    >>> most_alike("Europe/Berln", ["Europe/Berlin", "Europe/Bern"], least=80)
    'Europe/Berlin'
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - slow to load, and rarely needed

    found = process.extractOne(
        name, list(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=least
    )
    return found[0] if found else None


def value_problem(field: FieldInfo, kind: str, message: str) -> str:
    """Say what to write instead of a value that Pydantic refuses.

    Parameters
    ----------
    kind, message : str
        Pydantic's kind of error, and its message: ours where one of our validators raised it.
    """
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    if kind.startswith("bool"):
        return "write true or false"
    if kind.startswith("string_pattern"):
        return "write a Slack user id such as U012AB3CD"
    example = field.get_default()
    if not isinstance(example, int):
        return f"write {TIER_EDGES}"
    least = next(one.ge for one in field.metadata if hasattr(one, "ge"))
    most = next((f"to {one.le}" for one in field.metadata if hasattr(one, "le")), "up")
    return f"write a whole number from {least} {most}, such as {example}"
