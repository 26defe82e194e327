from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.rollup import Scope, matches
from metrics.segments import NO_VALUE
from metrics.small_groups import USES, SmallGroups, is_few

SMB = (("segment", "smb"),)
FINTECH, HEALTH, RETAIL = (("industry", name) for name in ("fintech", "health", "retail"))


def company(**accounts: int) -> dict[frozenset[tuple[str, str]], int]:
    """Count accounts by segment and industry: ``smb_retail=2``."""
    return {
        frozenset(zip(("segment", "industry"), name.split("_"), strict=True)): count
        for name, count in accounts.items()
    }


OF_SMB = SmallGroups(
    company(smb_fintech=12, smb_health=9, smb_retail=2, mid_fintech=30, mid_retail=20), [SMB]
)
"""23 accounts of smb, of which 12 are fintech, 9 health and 2 retail."""


def test_what_the_breakdown_folds_together_cannot_be_asked_for_alone() -> None:
    assert OF_SMB.folded(SMB, "industry") == {"health", "retail"}
    asked = {pair: OF_SMB.may_ask((*SMB, pair)) for pair in (FINTECH, HEALTH, RETAIL)}
    assert asked == {FINTECH: True, HEALTH: False, RETAIL: False}


@pytest.mark.parametrize(("accounts", "may_ask"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_filter_may_leave_nobody_of_what_was_granted_or_five(
    accounts: int, *, may_ask: bool
) -> None:
    groups = SmallGroups(company(smb_fintech=12, smb_health=accounts), [SMB])

    assert groups.may_ask((*SMB, FINTECH)) is may_ask


@pytest.mark.parametrize(("elsewhere", "may_ask"), [(2, False), (5, True)])
def test_a_group_is_not_told_apart_from_a_wider_one_of_another_dimension(
    elsewhere: int, *, may_ask: bool
) -> None:
    def at(country: str, region: str) -> frozenset[tuple[str, str]]:
        return frozenset({("country", country), ("region", region)})

    counts = {
        at("germany", "emea"): 20,
        at("france", "emea"): elsewhere,
        at("canada", "amer"): 30,
        at("mexico", "amer"): 30,
        at("japan", "apac"): 30,
    }
    groups = SmallGroups(counts, [()])

    assert groups.may_ask((("region", "emea"),))
    assert groups.may_ask((("country", "germany"),)) is may_ask


@pytest.mark.parametrize(("elsewhere", "may_ask"), [(2, False), (3, True)], ids=["four", "five"])
def test_a_group_is_not_told_apart_from_what_another_leaves_of_the_company(
    elsewhere: int, *, may_ask: bool
) -> None:
    def of(segment: str, plan: str) -> frozenset[tuple[str, str]]:
        return frozenset({("segment", segment), ("plan", plan)})

    counts = {
        of("smb", "free"): 14,
        of("smb", "pro"): 6,
        of("ent", "biz"): 9,
        of("mid", "biz"): 3,
        # neither of smb nor on biz
        of("ent", "pro"): 2,
        of("mid", "free"): elsewhere,
    }
    groups = SmallGroups(counts, [()])

    assert groups.may_ask(SMB)
    assert groups.may_ask((("plan", "biz"),)) is may_ask
    assert ("biz" in groups.folded((), "plan")) is not may_ask


@pytest.mark.parametrize(("elsewhere", "folded"), [(2, {"pro", "free"}), (5, set())])
def test_a_part_of_a_split_is_not_told_apart_from_what_a_filter_leaves_of_the_company(
    elsewhere: int, folded: set[str]
) -> None:
    def of(segment: str, plan: str, region: str) -> frozenset[tuple[str, str]]:
        return frozenset({("segment", segment), ("plan", plan), ("region", region)})

    counts = {
        of("smb", "pro", "emea"): 6,
        of("smb", "pro", "apac"): 2,
        of("smb", "free", "amer"): 5,
        of("ent", "pro", "amer"): 5,
        # with the eight of smb on pro they are all who are not in amer
        of("mid", "biz", "emea"): elsewhere,
    }

    assert SmallGroups(counts, [()]).folded(SMB, "plan") == folded


def test_without_account_detail_there_is_one_filter_beyond_what_was_granted() -> None:
    of_company = SmallGroups(company(smb_fintech=40, smb_health=40, mid_fintech=40), [()])

    assert of_company.may_ask(SMB)
    assert not of_company.may_ask((*SMB, FINTECH))
    assert of_company.folded(SMB, "industry") == frozenset()  # a breakdown is no filter
    assert of_company.may_show((*SMB, FINTECH))


@pytest.mark.parametrize(("accounts", "may_ask"), [(3, False), (5, True)], ids=["three", "five"])
@pytest.mark.parametrize(
    "alike",
    [
        pytest.param(("region", NO_VALUE), id="everybody-passes-it"),
        pytest.param(RETAIL, id="nobody-passes-it"),
    ],
)
def test_no_filter_gets_round_a_granted_scope_that_is_too_small(
    alike: tuple[str, str], accounts: int, *, may_ask: bool
) -> None:
    groups = SmallGroups(company(smb_fintech=accounts, mid_retail=30), [SMB])

    assert groups.may_ask((*SMB, alike)) is may_ask


@pytest.mark.parametrize(("left", "may_ask"), [(1, False), (5, True)], ids=["one", "five"])
def test_a_filter_leaves_no_few_beside_another_granted_scope_inside_it(
    left: int, *, may_ask: bool
) -> None:
    held = company(smb_fintech=9, smb_retail=left, smb_health=30)
    plans = {"fintech": "pro", "retail": "pro", "health": "basic"}
    accounts = {pairs | {("plan", plans[dict(pairs)["industry"]])}: n for pairs, n in held.items()}
    groups = SmallGroups(accounts, [SMB, (FINTECH,)])

    assert groups.may_ask((*SMB, ("plan", "pro"))) is may_ask


@pytest.mark.parametrize(("left", "folded"), [(1, {"pro", "basic"}), (5, set())])
def test_a_split_has_no_rest_of_few_beside_another_granted_scope(
    left: int, folded: set[str]
) -> None:
    held = {("fintech", "pro"): 5, ("retail", "pro"): left, ("health", "basic"): 5}
    accounts = {
        frozenset({*SMB, ("industry", industry), ("plan", plan)}): count
        for (industry, plan), count in held.items()
    }
    groups = SmallGroups(accounts, [SMB, (FINTECH,)])

    assert groups.folded(SMB, "plan") == folded


def test_what_a_product_leaves_is_not_of_few_beside_a_granted_scope_inside_it() -> None:
    held = {
        ("fintech", "core", "usage"): 5,
        ("retail", "core"): 3,
        ("retail", "core", "usage"): 1,
        ("health", "addon"): 6,
    }
    accounts = {
        frozenset({*SMB, ("industry", industry), *(("product", one) for one in products)}): count
        for (industry, *products), count in held.items()
    }
    groups = SmallGroups(accounts, [SMB, (FINTECH,)])

    assert not groups.may_ask((*SMB, ("product", "addon")))


def test_a_scope_outside_what_was_granted_is_never_shown() -> None:
    assert not OF_SMB.may_ask(())
    assert not OF_SMB.may_ask((("segment", "mid"),))


DIMENSIONS = {"segment": "abc", "industry": "wxyz", "region": "pq", "plan": "12"}
GRANTED: list[list[Scope]] = [
    [()],
    [(("segment", "a"),)],
    [(("segment", "a"),), (("industry", "x"),)],
]


Held = list[tuple[dict[str, str], tuple[str, ...]]]
"""The attributes and the products of each account."""


@st.composite
def accounts(draw: st.DrawFn) -> Held:
    """Draw accounts by the combination, since few of many alike are what matters."""
    value = {name: st.sampled_from([*values, NO_VALUE]) for name, values in DIMENSIONS.items()}
    products = st.sampled_from([("core",), ("addon",), ("core", "addon"), ("core", "usage")])
    of_company = draw(st.sampled_from([st.just((NO_VALUE,)), products]))
    kind = st.tuples(st.fixed_dictionaries(value), of_company)
    kinds = draw(st.lists(kind, min_size=1, max_size=9))
    return [kind for kind in kinds for _ in range(draw(st.integers(1, 9)))]


Rows = frozenset[tuple[int, str]]
"""Rows of MRR that are added up: an account's place, and a product."""


@settings(max_examples=200, deadline=None)
@given(accounts(), st.sampled_from(GRANTED))
def test_no_two_groups_that_may_be_shown_differ_by_one_to_four_accounts(
    held: Held, granted: list[Scope]
) -> None:
    rows = [
        (place, {**attributes, "product": product})
        for place, (attributes, products) in enumerate(held)
        for product in products
    ]
    counts = Counter(
        frozenset({*attributes.items(), *(("product", one) for one in products)})
        for attributes, products in held
    )
    groups = SmallGroups(counts, granted)

    def members(scope: Scope) -> Rows:
        return frozenset((place, one["product"]) for place, one in rows if matches(one, scope))

    dimensions = {**DIMENSIONS, "product": ("core", "addon", "usage")}
    filters = [(name, v) for name, values in dimensions.items() for v in (*values, NO_VALUE)]
    scopes = [*granted, *((*scope, pair) for scope in granted for pair in filters)]
    shown: set[Rows] = set()
    for scope in filter(groups.may_ask, scopes):
        shown.add(members(scope))
        # the other side of a comparison with the rest
        shown |= {members(one) - members(scope) for one in granted if set(one) < set(scope)}
        for name, values in dimensions.items():
            parts = {v: members((*scope, (name, v))) for v in (*values, NO_VALUE)}
            folded = groups.folded(scope, name)
            shown |= {part for value, part in parts.items() if value not in folded and part}
            together = Rows().union(*(parts[value] for value in folded))
            assert not is_few(_accounts(together))  # it follows from the whole less what is shown
            if groups.is_granted(scope):
                shown.add(together)

    assert not any(is_few(_accounts(one)) for one in shown)
    told = set(map(members, granted))  # how two granted scopes differ was granted with them
    pairs = (pair for pair in combinations(shown - {frozenset()}, 2) if not told.issuperset(pair))
    assert not [pair for pair in pairs if is_few(_difference(*pair))]


def _accounts(rows: Rows) -> int:
    return len({place for place, _ in rows})


def _difference(one: Rows, other: Rows) -> int:
    return _accounts(one ^ other) if one < other or other < one else 0


def with_products(**accounts: int) -> dict[frozenset[tuple[str, str]], int]:
    """Count accounts by their products: ``core_addon=2`` have both."""
    return {
        frozenset(("product", one) for one in name.split("_")): count
        for name, count in accounts.items()
    }


CORE, ADDON = ((("product", name),) for name in ("core", "addon"))


def test_a_product_of_few_accounts_is_not_told_by_the_rest_of_their_mrr() -> None:
    # 20 accounts have core, 3 of them an addon: all MRR less that of core is those 3 accounts'.
    groups = SmallGroups(with_products(core=17, core_addon=3), [()])
    assert groups.folded((), "product") == {"core", "addon"}
    assert not groups.may_ask(CORE)
    assert not groups.may_ask(ADDON)


def test_two_products_that_many_accounts_have_are_shown_apart() -> None:
    groups = SmallGroups(with_products(core=17, core_addon=5), [()])
    assert groups.folded((), "product") == frozenset()
    assert groups.may_ask(CORE)
    assert groups.may_ask(ADDON)
    assert [groups.accounts_of(scope) for scope in ((), CORE, ADDON)] == [22, 22, 5]


@pytest.mark.parametrize(("users", "may_ask"), [(0, True), (4, False), (5, True)])
@pytest.mark.parametrize("use", USES, ids=["opening", "closing"])
def test_a_group_has_no_few_accounts_with_usage(
    use: tuple[str, str], users: int, *, may_ask: bool
) -> None:
    counts = company(smb_fintech=30, mid_fintech=30)
    counts[frozenset({*SMB, FINTECH, use})] = users

    assert SmallGroups(counts, [()]).may_ask(SMB) is may_ask


def test_groups_are_counted_whatever_the_number_of_values_and_accounts() -> None:
    # 600 owners: that of number n has n accounts of one segment, and 1,000 n of another
    counts = {
        frozenset({("owner", f"o{number}"), ("segment", segment)}): number * times
        for number in range(600)
        for segment, times in (("smb", 1), ("mid", 1_000))
    }
    groups = SmallGroups(counts, [()])

    found = [groups.accounts_of((("owner", f"o{number}"),)) for number in range(600)]
    assert found == [1_001 * number for number in range(600)]
    assert groups.accounts_of((("segment", "mid"),)) == 1_000 * 599 * 300
    assert groups.accounts_of((("owner", "o599"), ("segment", "smb"))) == 599
