"""The text of the definitions that figures follow, as it comes with this version."""

from pathlib import Path

DEFINITIONS = "definitions.md"
_FOLDER = Path(__file__).parent


def read_definitions() -> str:
    """Read docs/definitions.md."""
    # A wheel has it here; in the repository it stands where people look for it.
    packaged = _FOLDER / DEFINITIONS
    path = packaged if packaged.exists() else _FOLDER.parents[1] / "docs" / DEFINITIONS
    return path.read_text(encoding="utf-8")
