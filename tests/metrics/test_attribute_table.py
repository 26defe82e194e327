import numpy as np

from metrics.attribute_table import AttributeTable


def test_combinations_that_differ_in_left_out_dimensions_alone_share_a_rest() -> None:
    table = AttributeTable(
        [
            {},
            {"segment": "smb", "tenure": "new"},
            {"tenure": "old", "segment": "smb"},
            {"tenure": "old"},
            {"segment": "ent"},
        ]
    )

    rests, places = table.without(frozenset({"tenure", "acv_tier"}))

    assert rests == [{}, {"segment": "smb"}, {"segment": "ent"}]
    assert np.array_equal(places, [0, 1, 1, 0, 2])
