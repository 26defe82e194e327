"""Kinds of file that can be imported: a table, from which only those in use are loaded."""

from importlib import import_module

from storage.importing.file_kind import FileKind

# A new kind is a module with a `KIND`, and a line here; `profiles.all_profiles` has what tells its
# header.
KINDS_OF_FILE = {
    "movements": "storage.importing.movements_csv",
    "balances": "storage.importing.levels.reading",
    "contracts": "storage.importing.contracts.reading",
    "accounts": "storage.importing.accounts_csv",
    "rates": "storage.importing.rates_csv",
    "signals": "storage.importing.signals.reading",
}


def kind_of_file(name: str) -> FileKind:
    """Load a kind of file by its name."""
    kind: FileKind = import_module(KINDS_OF_FILE[name]).KIND
    return kind
