# ruff: noqa: RUF001 - signs that look alike, and names in every script
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.style.names import (
    dimension_name,
    escaped,
    period_name,
    plural,
    safe_name,
    scope_name,
    short_period,
    shortened,
)
from metrics.periods import Period, PeriodUnit, parse_period
from metrics.rollup import Scope
from metrics.segments import NO_VALUE

any_text = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!channel> <@U1> <#C1>", "&lt;!channel&gt; &lt;@U1&gt; &lt;#C1&gt;"),
        ("a & b, &lt;!here&gt;", "a &amp; b, &amp;lt;!here&amp;gt;"),
        ("*bold* ~no~ `code`", "∗bold∗ ∼no∼ ’code’"),
        ("_it_ mid_market _", "＿it＿ mid_market ＿"),
        ("https://e.example", "https∶//e.example"),
        (":x: :+1: :100: :-1:", "∶x: ∶+1: ∶100: ∶-1:"),
        ("a: b, 12:30:45, 2:1", "a: b, 12:30:45, 2:1"),
        ("AT&T at 09:30: 98%", "AT&amp;T at 09:30: 98%"),
    ],
)
def test_what_slack_would_make_something_of_is_shown_as_it_is(text: str, shown: str) -> None:
    assert escaped(text) == shown


@given(any_text)
def test_nothing_escaped_can_ping_or_format(text: str) -> None:
    assert not set("<>*~`") & set(escaped(text))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Acme", "Acme"),
        (" Acme \n Ltd\t", "Acme Ltd"),
        ("  Acme\r\n\tLtd\u2028 ", "Acme Ltd"),
        ("a\u2028b\r\nc", "a b c"),
        ("\u202egnp.exe\u2066\u200b\ufeff", "gnp.exe"),  # turns the direction, or is not seen
        ("A\u202ecme\u2066\x1b[31m\x00", "Acme[31m"),
        ("\x00\x07\x1b[31mred", "[31mred"),
        ("half\ud800", "half"),
        ("a\ud800b", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # joiners are part of words
        (
            "\u0646\u200c\u0647 \U0001f469\u200d\U0001f4bb",
            "\u0646\u200c\u0647 \U0001f469\u200d\U0001f4bb",
        ),
        ("\u200b \x00", "(unnamed)"),
        ("\u200b\u00ad", "(unnamed)"),
        ("", "(unnamed)"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 39 + "…"),
        ("plan " * 10 + "2026", "plan plan plan plan plan plan… plan 2026"),
        ("plan " * 7 + "unpronounceable", "plan plan plan plan plan plan plan unpr…"),
    ],
)
def test_a_name_is_one_line_of_what_can_be_seen(name: str, shown: str) -> None:
    assert safe_name(name) == shown


@given(any_text)
def test_no_name_is_empty_long_or_hides_anything(name: str) -> None:
    shown = safe_name(name)

    assert 1 <= len(shown) <= 40
    assert shown == shown.strip()
    hidden = {c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert hidden <= {"\u200c", "\u200d"}
    shown.encode()


def test_what_is_cut_ends_in_an_ellipsis_and_not_in_a_space() -> None:
    assert shortened("ab cd", 5) == "ab cd"
    assert shortened("ab cde", 4) == "ab…"


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        ((), "the whole company"),
        ((("segment", "enterprise"),), "enterprise"),
        ((("segment", "a\u202eb"), ("tier", "gold")), "ab · gold"),
        ((("industry", NO_VALUE),), "industry (none)"),
        ((("value_tier", "tier 1"),), "value tier tier 1"),
        ((("acv_tier", "under 1k"),), "ACV tier under 1k"),
        ((("a", "x" * 99),) * 3, "x" * 39 + "… · " + "x" * 36 + "…"),
        ((("a", "x" * 40), ("b", "y" * 40)), "x" * 40 + " · " + "y" * 36 + "…"),
    ],
)
def test_a_scope_is_named_by_its_values(scope: Scope, name: str) -> None:
    assert scope_name(scope) == name


def test_a_dimension_is_spelled_as_in_a_sentence() -> None:
    assert dimension_name("account_\u202eowner") == "account owner"
    assert dimension_name("acv_tier") == "ACV tier"


@pytest.mark.parametrize(
    ("label", "through", "name"),
    [
        ("2026-Q3", None, "Q3 2026"),
        ("2026-Q3", date(2026, 8, 9), "Q3 2026 to date"),
        ("2026-Q3 to date", date(2026, 8, 9), "Q3 2026 to date"),
    ],
)
def test_a_period_that_is_not_over_says_so_once(
    label: str, through: date | None, name: str
) -> None:
    quarter = Period(
        label=label,
        start=date(2026, 7, 1),
        end=date(2026, 10, 1),
        unit=PeriodUnit.QUARTER,
        through=through,
    )

    assert period_name(quarter) == name


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 accounts"), (1, "1 account"), (2, "2 accounts"), (1_200, "1,200 accounts")],
)
def test_one_is_singular(count: int, words: str) -> None:
    assert plural(count, "account") == words


def test_a_month_that_is_not_over_is_marked_where_there_is_little_room_too() -> None:
    month = parse_period("2026-11", today=date(2026, 11, 12))

    assert short_period(month) == "November 2026 to date"
