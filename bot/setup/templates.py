"""Files that a set-up begins with: they come with the package, wherever it was installed from."""

from pathlib import Path

EXAMPLE = ".env.example"
MANIFEST = "manifest.yaml"
_FOLDER = Path(__file__).parent


def read_template(name: str) -> str:
    """Read one of them."""
    # A wheel has them here; in the repository they stand at the top, where people look for them.
    packaged = _FOLDER / name
    path = packaged if packaged.exists() else _FOLDER.parents[1] / name
    return path.read_text(encoding="utf-8")
