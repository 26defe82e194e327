"""What tests begin with: a file that many import into their empty stores is imported once.

Each process imports it once, and copies the store in SQLite. A database of PostgreSQL is imported
into every time: the server copies one for longer than a small import takes.
"""

import shutil
from pathlib import Path
from typing import Unpack

from storage.importing.report import ImportReport
from storage.store.engine import Store
from tests.storage.at_head import lasting_folder, sqlite_at_head
from tests.storage.stores import Given, SqliteTemplate, import_text

_filled: dict[tuple[str, str], tuple[SqliteTemplate, ImportReport]] = {}


def fill(store: Store, content: str, **given: Unpack[Given]) -> ImportReport:
    """Import into an empty store as `import_text` does; not for a test of importing itself."""
    path = store.sqlite_path
    if path is None:
        return import_text(store, content, **given)
    store.engine.dispose()  # which leaves all that was written in the one file
    assert path.read_bytes() == sqlite_at_head().path.read_bytes(), "the store is not empty"
    key = content, repr(sorted(given.items()))
    if key not in _filled:
        report = import_text(store, content, **given)
        store.engine.dispose()
        copied = Path(shutil.copy(path, lasting_folder() / "filled.db"))
        _filled[key] = SqliteTemplate(copied), report
        return report
    template, report = _filled[key]
    template.copy(path)
    return report
