"""What a list that was taken back has said of an account counts no more."""

from collections.abc import Mapping

from storage.importing.contracts.held_names import HeldAccountName, held_accounts
from storage.importing.identity.held import read_all_identities
from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.importing.test_reversal import undo
from tests.storage.stores import csv_text, import_text, movements

LIST = csv_text("acme,Acme Ltd,smb,cus_1", header="account_id,name,segment,external_id:movements")


def held(store: Store) -> tuple[HeldAccountName, Mapping[str, str]]:
    with store.read() as session:
        named = held_accounts(session, "accounts", ["acme"])["acme"]
        return named, read_all_identities(session)


def test_names_values_and_ids_of_a_list_are_gone_with_it(sqlite_store: Store) -> None:
    fill(sqlite_store, movements("acme 2026-01-05 100"))
    import_text(sqlite_store, LIST, source="accounts")

    before = held(sqlite_store)
    undo(sqlite_store, 2)
    after = held(sqlite_store)

    of_list = HeldAccountName("acme", "Acme Ltd", stated={"segment": {None: "smb"}})
    assert before == (of_list, {"cus_1": "acme"})
    assert after == (HeldAccountName("acme", stated={"segment": {None: ""}}), {})
