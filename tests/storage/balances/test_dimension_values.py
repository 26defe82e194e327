from datetime import date

from metrics.segments import Tiers
from storage.balances.derivation import differences, rebuild
from storage.balances.dimension_values import attributes_at, values_by_dimension
from storage.store.engine import Store
from tests.storage.stores import TODAY, csv_text, execute, import_text

HEADER = "account_id,date,amount,currency,segment,region"


def test_every_value_that_an_import_brings_is_known_in_order(store: Store) -> None:
    rows = "a,2026-01-05,100,USD,smb,EMEA", "b,2026-01-05,100,USD,ent,", "a,2026-02-05,1,USD,ent,"
    import_text(store, csv_text(*rows, header=HEADER))
    import_text(store, "account_id,segment\nb,mid\n", source="accounts")

    with store.read() as session:
        assert list(values_by_dimension(session).items()) == [
            ("region", ("EMEA",)),
            ("segment", ("ent", "mid", "smb")),
        ]


def test_a_value_that_was_lost_is_found_and_mended(store: Store) -> None:
    import_text(store, csv_text("a,2026-01-05,100,USD,smb,EMEA", header=HEADER))
    execute(store, "DELETE FROM dimension_value WHERE value = 'smb'")

    with store.write() as session:
        assert differences(session, tiers=Tiers()) == {"dimension values": []}
        rebuild(session, tiers=Tiers(), today=TODAY)
        assert differences(session, tiers=Tiers()) == {}
        assert values_by_dimension(session)["segment"] == ("smb",)


def test_attributes_are_known_of_an_account_that_pays_nothing(store: Store) -> None:
    content = csv_text(
        "a,2026-01-05,smb", "a,2026-02-05,mid", header="account_id,valid_from,segment"
    )
    import_text(store, content, source="accounts")

    with store.read() as session:
        found = attributes_at(session, date(2026, 2, 5), roots={"a", "nobody"})
        a_day_later = attributes_at(session, date(2026, 2, 6), roots={"a"})

    assert found == {"a": {"segment": "smb"}, "nobody": {}}
    assert a_day_later == {"a": {"segment": "mid"}}
