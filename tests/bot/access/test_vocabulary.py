from datetime import date

import pytest

from bot.access.decisions import Reason
from bot.access.visibility import EVERYTHING, Visibility
from bot.access.vocabulary import derivable, read_question, visible_vocabulary
from bot.errors import AccessDeniedError, HiddenScopeError, UnknownWordsError, UsageError
from bot.questions.parsing import CANONICAL_LENGTH, Question
from bot.questions.words import HUMAN_LENGTH, Vocabulary
from metrics.data_end import DataEnd
from tests.bot.untyped import untyped

TODAY = date(2026, 11, 21)
LEDGER = Vocabulary(
    {
        "segment": ("enterprise", "mid_market", "smb"),
        "industry": ("fintech", "health", "retail"),
        "value_tier": ("high", "mid", "long-tail"),
        "tenure": ("under-90-days", "over-365-days"),
    }
)
OCCURRING = [
    {"segment": "enterprise", "industry": "fintech", "value_tier": "high"},
    {"segment": "enterprise", "industry": "health", "value_tier": "mid"},
    {"segment": "smb", "industry": "retail", "value_tier": "long-tail"},
]
ENTERPRISE = Visibility(frozenset({(("segment", "enterprise"),)}))


def read(
    text: str, visibility: Visibility = ENTERPRISE, *, max_length: int = HUMAN_LENGTH
) -> Question:
    return read_question(
        text,
        visibility=visibility,
        vocabulary=LEDGER,
        visible=visible_vocabulary(LEDGER, OCCURRING, visibility),
        today=TODAY,
        fiscal_start=1,
        data_end=DataEnd(through=TODAY),
        max_length=max_length,
    )


def refusal(text: str) -> str:
    with pytest.raises(UnknownWordsError) as refused:
        read(text)
    return str(refused.value)


def test_who_sees_everything_asks_about_everything() -> None:
    assert read("", EVERYTHING).scope == ()
    assert read("smb by value_tier", EVERYTHING).dimension == "value_tier"


@pytest.mark.parametrize(
    "text", ["enterprise", "enterprise fintech ttm", "by industry enterprise", "trend enterprise"]
)
def test_a_scope_and_every_part_of_it_may_be_asked_about(text: str) -> None:
    assert ("segment", "enterprise") in read(text).scope


@pytest.mark.parametrize(
    ("template", "forbidden"),
    [
        ("{} last-quarter", "smb"),
        ("segment:{} ttm", "smb"),
        ("segment={}", "mid_market"),
        ("{}", "fintech"),
        ("industry:{}", "fintech"),
        ("{} by industry", "smb"),
        ("enterprise {}", "retail"),
        ("enterprise {}", "smb"),
        ("trend {} 24m", "smb"),
        ("by segment {}", "smb"),
        ("{} 2026-Q3 2026-Q2", "smb"),
    ],
)
def test_what_may_not_be_seen_reads_like_what_is_not_there(template: str, forbidden: str) -> None:
    denied, unknown = refusal(template.format(forbidden)), refusal(template.format("xyzzy"))

    shown = forbidden.replace("_", "-")
    assert denied.replace(f'"{shown}"', '"xyzzy"') == unknown
    for hidden in ("smb", "mid", "retail", "fintech"):
        assert hidden not in denied.replace(f'"{shown}"', "")


def test_what_was_asked_about_is_known_to_the_audit_alone() -> None:
    with pytest.raises(HiddenScopeError) as hidden:
        read("smb by industry")

    assert hidden.value.scope == (("segment", "smb"),)


@pytest.mark.parametrize("text", ["company", "company ttm", "whole company by segment"])
def test_that_there_is_a_company_is_no_secret_and_its_figures_are(text: str) -> None:
    with pytest.raises(AccessDeniedError, match="you may not see"):
        read(text)


@pytest.mark.parametrize("text", ["", "ttm", "by segment", "trend 24m", "by tenure", "arr"])
def test_who_sees_one_segment_means_that_one(text: str) -> None:
    assert untyped(read(text)) == untyped(read(f"{text} enterprise"))
    assert read(text).scope == (("segment", "enterprise"),)


@pytest.mark.parametrize("text", ["2026-Q3", "2026-Q3 by industry"])
def test_a_button_about_the_company_is_about_nothing_else(text: str) -> None:
    with pytest.raises(AccessDeniedError, match="you may not see"):
        read(text, max_length=CANONICAL_LENGTH)


@pytest.mark.parametrize("text", ["", "last-quarter", "by industry"])
def test_who_sees_several_segments_is_told_which(text: str) -> None:
    smb = (("segment", "smb"),)
    with pytest.raises(AccessDeniedError) as refused:
        read(text, Visibility(ENTERPRISE.scopes | {smb}))

    assert str(refused.value) == (
        "say which accounts, as in `/nrr segment:enterprise last-quarter`: you may see"
        " segment:enterprise, segment:smb"
    )
    assert refused.value.args[0] is Reason.OUT_OF_SCOPE


def test_of_many_scopes_the_first_are_named() -> None:
    many = frozenset({(("industry", f"i{number}"),) for number in range(9)})
    with pytest.raises(AccessDeniedError, match=r"industry:i7, and others$"):
        read("", Visibility(many))


@pytest.mark.parametrize("text", ["", "company last-quarter"])
def test_who_may_see_nothing_has_no_default_and_is_led_to_no_other_scope(text: str) -> None:
    with pytest.raises(AccessDeniedError, match=r"lists what you may see$"):
        read(text, Visibility(frozenset()))


def test_a_dimension_that_is_cut_at_shares_of_the_total_is_not_there() -> None:
    assert "value tier" not in refusal("enterprise by value_tier")
    assert "value_tier" not in visible_vocabulary(LEDGER, OCCURRING, ENTERPRISE).values


def test_other_mistakes_are_explained_as_ever() -> None:
    with pytest.raises(UsageError, match="two periods"):
        read("enterprise 2026-Q1 2026-Q2")


def test_who_sees_nothing_has_no_words() -> None:
    nothing = Visibility(frozenset())

    assert "enterprise" not in visible_vocabulary(LEDGER, OCCURRING, nothing).meanings
    with pytest.raises(UsageError):
        read("enterprise", nothing)


def test_suggestions_name_only_what_may_be_asked_about() -> None:
    assert refusal("enterprize") == (
        'I don\'t know "enterprize": did you mean enterprise? Try: enterprise last-quarter'
    )


@pytest.mark.parametrize(
    ("granted", "found"),
    [
        pytest.param(["enterprise"], (), id="one-of-three"),
        pytest.param(["enterprise", "smb"], ("segment",), id="all-but-one"),
        pytest.param(["enterprise", "smb", "mid_market"], ("segment",), id="every-one"),
    ],
)
def test_a_total_follows_from_all_of_its_parts(granted: list[str], found: tuple[str, ...]) -> None:
    scopes = [(("segment", value),) for value in granted]

    assert derivable({"segment": ("enterprise", "mid_market", "smb")}, scopes) == found


def test_narrower_scopes_do_not_add_up() -> None:
    scopes = [(("segment", value), ("plan", "pro")) for value in ("enterprise", "smb")]

    assert derivable({"segment": ("enterprise", "smb")}, scopes) == ()


def test_only_who_may_see_accounts_is_led_to_them() -> None:
    detailed = Visibility(ENTERPRISE.scopes, ENTERPRISE.scopes)
    with pytest.raises(UnknownWordsError) as refused:
        read("northbeck", detailed)

    assert "account has its card" in str(refused.value)
    assert "account" not in refusal("northbeck")
    assert read(refusal("northbeck").split("Try: ")[1]).scope == (("segment", "enterprise"),)
