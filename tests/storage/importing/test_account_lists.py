"""Lists of customers, as sales systems write them."""

import pytest

from storage.errors import UnreadableFileError
from storage.store.engine import Store
from tests.storage.stores import import_text, retention, rows

ACCOUNTS = "SELECT account_id, name, parent_id, created_on FROM ledger_account ORDER BY account_id"
OWNERS = "SELECT account_id, value FROM ledger_attribute WHERE dimension = 'owner' ORDER BY id"
SALESFORCE = """\
Account ID,Account Name,Parent Account,Account Owner,Owner Email,Created Date,Annual Revenue
001A,Acme,,Maya Ortiz,maya@example.com,2024-03-01,1000000
001B,Acme North,Acme,Leo Brandt,leo@example.com,2024-04-01,
"""
HUBSPOT = """\
Record ID,Company name,Company owner,Create Date,Parent Company,Industry
17,Acme,Maya Ortiz,2024-03-01,,Software
18,Acme North,Leo Brandt,2024-04-01,17,Software
"""
BY_NAME = """\
Company,Parent Account,Owner
Acme,Acme,U012AB3CD
Acme North,Acme,leo@example.com
"""


@pytest.mark.parametrize(
    ("content", "accounts", "owners"),
    [
        pytest.param(
            SALESFORCE,
            [("001A", "Acme", None, "2024-03-01"), ("001B", "Acme North", "001A", "2024-04-01")],
            ["maya@example.com", "leo@example.com"],
            id="salesforce",
        ),
        pytest.param(
            HUBSPOT,
            [("17", "Acme", None, "2024-03-01"), ("18", "Acme North", "17", "2024-04-01")],
            ["Maya Ortiz", "Leo Brandt"],
            id="hubspot",
        ),
        pytest.param(
            BY_NAME,
            [("Acme", None, None, None), ("Acme North", None, "Acme", None)],
            ["U012AB3CD", "leo@example.com"],
            id="names-alone",
        ),
    ],
)
def test_a_list_of_customers_is_told_by_its_header_and_keeps_owners_and_parents(
    sqlite_store: Store,
    content: str,
    accounts: list[tuple[str | None, ...]],
    owners: list[str],
) -> None:
    report = import_text(sqlite_store, content, source=None)

    assert report.imported == 2
    assert rows(sqlite_store, ACCOUNTS) == accounts
    assert [owner for _, owner in rows(sqlite_store, OWNERS)] == owners


def test_owners_that_slack_cannot_find_by_their_name_are_told(sqlite_store: Store) -> None:
    report = import_text(sqlite_store, HUBSPOT, source=None)

    [note] = report.notes
    assert note == (
        "2 accounts have an owner by name (Maya Ortiz, Leo Brandt): alerts find owners in Slack by"
        " e-mail address or user id."
    )


def test_owners_by_address_or_user_id_need_no_word(sqlite_store: Store) -> None:
    assert import_text(sqlite_store, BY_NAME, source=None).notes == ()


def test_addresses_of_others_and_notes_do_not_become_attributes(sqlite_store: Store) -> None:
    content = (
        "account_id,billing_email,notes,segment,owner\n"
        "acme,pay@acme.example,call them back,smb,maya@example.com\n"
    )

    import_text(sqlite_store, content, source="accounts")

    found = rows(sqlite_store, "SELECT dimension, value FROM ledger_attribute ORDER BY id")
    assert sorted(found) == [("owner", "maya@example.com"), ("segment", "smb")]


def test_where_children_agree_a_parent_without_a_segment_counts_by_theirs(
    sqlite_store: Store,
) -> None:
    header = "account_id,date,amount,currency,segment"
    import_text(
        sqlite_store,
        f"{header}\nnorth,2026-01-05,400,USD,enterprise\nsouth,2026-01-05,600,USD,enterprise\n",
    )
    import_text(
        sqlite_store, "account_id,parent_id\ngroup,\nnorth,group\nsouth,group\n", source="accounts"
    )

    of_enterprise = retention(sqlite_store, "2026-08-01", "2026-09-01", ("segment", "enterprise"))
    assert of_enterprise.opening == 100_000


def test_a_table_of_anything_with_an_id_is_a_list_of_accounts_only_where_a_person_says_so(
    sqlite_store: Store,
) -> None:
    content = "id,name,created_at\n7,Maya,2026-01-05\n"

    with pytest.raises(UnreadableFileError):
        import_text(sqlite_store, content, source=None)
    assert import_text(sqlite_store, content, source="accounts").imported == 1


@pytest.mark.parametrize(
    "header", ["account_id,date,sum,currency", "Customer,Currency,45901,45931", "Kunde,Beginn,Ende"]
)
def test_a_table_of_amounts_or_days_is_no_list_of_accounts(
    sqlite_store: Store, header: str
) -> None:
    row = ",".join("x" * (header.count(",") + 1))

    with pytest.raises(UnreadableFileError, match="no kind of file"):
        import_text(sqlite_store, f"{header}\n{row}\n", source=None)


def test_a_list_of_accounts_that_the_ledger_knows_by_name_is_told(sqlite_store: Store) -> None:
    movements = "account_id,date,amount,currency\nAcme,2026-06-01,1,USD\n"
    import_text(sqlite_store, movements)
    content = "Record ID,Company name,Create Date\n17,Acme,2024-03-01\n18,Bert,2024-03-02\n"

    [note] = import_text(sqlite_store, content, source=None).notes

    assert note == (
        "None of the 2 accounts was in the ledger, but 1 of their names are: if the ledger knows"
        " them by name, reverse this import and map account_id to the column of names."
    )
    assert not import_text(sqlite_store, content.replace("Bert", "Bob"), source=None).notes
