"""Secrets out of files: beside a setting ``X`` that is a secret, ``X_FILE`` names a file of it."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.environment import IN_FILE, Surroundings
from bot.errors import SettingsError

LARGEST = 64 * 1024
"""Bytes: no secret is longer, and a file that somebody named by mistake may be."""


def names_of_files(fields: Mapping[str, FieldInfo]) -> Iterator[tuple[str, str]]:
    """Yield each setting that is a secret, and the one that names a file of it."""
    for name, field in fields.items():
        if SecretStr in (field.annotation, *get_args(field.annotation)):
            yield name, f"{name}{IN_FILE}"


class SecretFiles(PydanticBaseSettingsSource):
    """Secrets of those settings whose file is named."""

    def __init__(self, settings: type[BaseSettings], around: Surroundings) -> None:
        super().__init__(settings)
        self._around = around

    def __call__(self) -> dict[str, Any]:
        """Read them.

        Raises
        ------
        SettingsError
            If a file cannot be used, or the secret is set beside it. It says neither what the file
            holds nor its path: somebody may have put the secret itself there.
        """
        fields = self.settings_cls.model_fields
        read = (
            (name, self.get_field_value(fields[name], name)[0])
            for name, _ in names_of_files(fields)
        )
        return {name: secret for name, secret in read if secret is not None}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Read the secret of one setting; None where no file of it is named."""
        del field  # Pydantic hands it to every source
        around, file = self._around, f"{field_name}{IN_FILE}"
        path = around.value_of(file)
        if path is None:
            return None, field_name, False
        named = f"{file.upper()} {around.place_of(file)}"
        if around.value_of(field_name) is not None:
            place = f"{field_name.upper()} {around.place_of(field_name)}"
            raise SettingsError(f"{place} and {named} are both set: keep one of them")
        return read_secret(Path(path), named), field_name, False


def read_secret(path: Path, named: str) -> str:
    """Read the one line that a file holds.

    Parameters
    ----------
    named : str
        The setting that names it.

    Raises
    ------
    SettingsError
        If it is no such file.
    """
    try:
        content = _content(path)
        text = content.decode("utf-8-sig").rstrip("\r\n")
    except (FileNotFoundError, NotADirectoryError):
        problem = "a file that is not there"
    except UnicodeDecodeError:
        problem = "a file that is not UTF-8"
    except IsADirectoryError:
        problem = "something else than a file"
    except (OSError, ValueError):  # ValueError: a NUL is in no path
        problem = "a file that may not be read by whoever runs this"
    else:
        found = _problem(text, size=len(content))
        if found is None:
            return text
        problem = found
    raise SettingsError(
        f"{named} names {problem}: write the path of one that holds the secret alone"
    ) from None


def _problem(text: str, *, size: int) -> str | None:
    if size > LARGEST:
        return f"a file of more than {LARGEST // 1024} KiB"
    if not text.strip():
        return "an empty file"
    return "a file of several lines" if len(text.splitlines()) > 1 else None


def _content(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would wait for its writer
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise IsADirectoryError
        return file.read(LARGEST + 1)
