from bot.data_quality.worsening import Worse, measures, worse_lines, worsened
from metrics.segments import Tiers
from storage.quality.review import read_review
from storage.store.engine import Store
from tests.bot.small_company import NOW, TODAY


def test_what_is_measured_is_counted_by_hand(company: Store) -> None:
    with company.read() as session:
        review = read_review(session, tiers=Tiers(), dimension="segment", today=TODAY, now=NOW)

    # epsilon has no segment, delta's win back and all others have a driver; no list, no owner
    assert measures(review) == {
        "bridge": 0,
        "no driver": 0,
        "unknown driver": 0,
        "lacking segment": 1,
        "alike": 0,
        "unmatched": 0,
    }


def test_only_what_got_worse_is_told_and_shares_from_half_a_point_on() -> None:
    before = {"bridge": 0, "no driver": 287, "unknown driver": 20, "lacking owner": 9, "alike": 3}
    now = before | {"no driver": 291, "unknown driver": 25, "lacking owner": 12, "alike": 2}

    found = worsened(before, now | {"unmatched": 4})  # nobody counted these a week ago

    assert found == [Worse("unknown driver", 20, 25), Worse("lacking owner", 9, 12)]


def test_each_measure_has_its_line() -> None:
    found = [
        Worse("bridge", 0, 1),
        Worse("no driver", 287, 310),
        Worse("unknown driver", 0, 12),
        Worse("lacking segment", 0, 1),
        Worse("lacking owner", 900, 1200),
        Worse("alike", 1, 2),
        Worse("unmatched", 3, 4),
    ]

    assert [*worse_lines(found)] == [
        "1 month does not add up, 0 before",
        "31.0% of what existing accounts moved names no driver, 28.7% before",
        "1.2% of what existing accounts moved has a driver that is not known, 0.0% before",
        "1 account has no segment, 0 before",
        "1,200 accounts have no owner, 900 before",
        "2 pairs of accounts look alike, 1 before",
        "4 accounts are in no list of accounts, 3 before",
    ]
