from storage.columns.dimension_values import values_by_dimension
from storage.store.engine import Store
from tests.storage.stores import csv_text, import_text

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
