from metrics.segments import Tiers
from storage.balances.derivation import differences, rebuild
from storage.balances.dimension_values import values_by_dimension
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
