import unicodedata
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from time import process_time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.questions.parsing import CANONICAL_LENGTH, Question, canonical_text, parse_question
from bot.questions.question import Amounts, ViewOptions, Words
from bot.questions.words import Vocabulary, normalise
from metrics.data_end import DataEnd
from metrics.errors import ImpossiblePeriodError, MetricsError, TrendLengthError, TrendPeriodError
from metrics.periods import PERIOD_WORDS, parse_period, previous
from metrics.segments import NO_VALUE
from metrics.trends import last_months
from tests.bot.untyped import untyped

TODAY = date(2026, 11, 21)
LEDGER = Vocabulary(
    {
        "segment": ("enterprise", "Mid-Market", "SMB"),
        "industry": ("fintech", "Fire and Rescue", "Central Government", "retail", "March"),
        "channel": ("partner", "retail"),
        "acv_tier": ("under-25k", "25k-100k", "100k-plus"),
        "plan": ("gold", "Pay As You Go", "Q3: Special", "O'Brien", "R&D", "March Networks"),
    },
    frozenset({"EUR", "USD"}),
)
NO_LEDGER = Vocabulary({})


def ask(text: str, vocabulary: Vocabulary = LEDGER, today: date = TODAY) -> Question:
    return parse_question(text, vocabulary=vocabulary, today=today)


def again(question: Question, vocabulary: Vocabulary = LEDGER, today: date = TODAY) -> Question:
    text = canonical_text(question)
    return parse_question(text, vocabulary=vocabulary, today=today, max_length=CANONICAL_LENGTH)


def refusal(text: str, vocabulary: Vocabulary = LEDGER) -> str:
    with pytest.raises(UsageError) as raised:
        ask(text, vocabulary)
    return str(raised.value)


def answer(text: str, vocabulary: Vocabulary = LEDGER) -> str:
    """The error's message, empty if the text is a question."""
    try:
        ask(text, vocabulary)
    except (UsageError, MetricsError) as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        pytest.param("", "2026-10", id="nothing-is-the-company-last-month"),
        pytest.param("enterprise last-quarter", "segment:enterprise 2026-Q3", id="value-period"),
        pytest.param("last-quarter enterprise", "segment:enterprise 2026-Q3", id="period-value"),
        pytest.param("by industry ttm", "TTM-to-2026-10 by industry", id="split-period"),
        pytest.param("ttm BY Industry", "TTM-to-2026-10 by industry", id="any-case"),
        pytest.param("per industry", "2026-10 by industry", id="per"),
        pytest.param("split by industry", "2026-10 by industry", id="split-by"),
        pytest.param("by acv tier", "2026-10 by acv_tier", id="split-with-space"),
        pytest.param("by ACV-Tier", "2026-10 by acv_tier", id="split-with-hyphen"),
        pytest.param(
            "segment:enterprise plan:gold 2026-03",
            "segment:enterprise plan:gold 2026-03",
            id="two-dimensions",
        ),
        pytest.param("enterprise gold", "segment:enterprise plan:gold 2026-10", id="bare-values"),
        pytest.param("fintech", "industry:fintech 2026-10", id="bare-value"),
        pytest.param("mid market", "segment:Mid-Market 2026-10", id="space-for-hyphen"),
        pytest.param("MID_MARKET", "segment:Mid-Market 2026-10", id="underscore-for-hyphen"),
        pytest.param(
            "central-government", 'industry:"Central Government" 2026-10', id="hyphen-for-space"
        ),
        pytest.param(
            "fire and rescue ttm",
            'industry:"Fire and Rescue" TTM-to-2026-10',
            id="filler-word-in-a-value",
        ),
        pytest.param("pay as you go", 'plan:"Pay As You Go" 2026-10', id="four-words"),
        pytest.param("channel:retail", "channel:retail 2026-10", id="colon"),
        pytest.param("channel=retail", "channel:retail 2026-10", id="equals"),
        pytest.param("channel: retail", "channel:retail 2026-10", id="colon-space"),
        pytest.param("channel : retail", "channel:retail 2026-10", id="space-colon-space"),
        pytest.param("acv tier:under 25k", "acv_tier:under-25k 2026-10", id="words-both-sides"),
        pytest.param(
            'industry:"central government" mtd',
            'industry:"Central Government" 2026-11-to-date',
            id="double-quotes",
        ),
        pytest.param(
            "industry: 'central government' mtd",
            'industry:"Central Government" 2026-11-to-date',
            id="single-quotes",
        ),
        pytest.param(
            "industry:\u201ccentral government\u201d",
            'industry:"Central Government" 2026-10',
            id="smart-quotes",
        ),
        pytest.param(
            "industry:central government qtd",
            'industry:"Central Government" 2026-Q4-to-date',
            id="no-quotes",
        ),
        pytest.param("q3: special", 'plan:"Q3: Special" 2026-10', id="colon-in-a-value"),
        pytest.param("o\u2019brien", 'plan:"O\'Brien" 2026-10', id="apostrophe-in-a-value"),
        pytest.param("r&d", "plan:R&D 2026-10", id="ampersand-in-a-value"),
        pytest.param("segment:none", "segment:(none) 2026-10", id="none"),
        pytest.param("segment:(none)", "segment:(none) 2026-10", id="none-in-parentheses"),
        pytest.param("company ttm", "TTM-to-2026-10", id="company"),
        pytest.param("everyone", "2026-10", id="everyone"),
        pytest.param("total", "2026-10", id="total"),
        pytest.param("overall", "2026-10", id="overall"),
        pytest.param("enterprise arr", "segment:enterprise 2026-10 arr", id="arr"),
        pytest.param("enterprise in EUR", "segment:enterprise 2026-10 in EUR", id="currency"),
        pytest.param("ttm in usd arr", "TTM-to-2026-10 arr in USD", id="currency-in-any-case"),
        pytest.param(
            "in EUR by industry Q3", "2026-Q3 by industry in EUR", id="currency-before-the-rest"
        ),
        pytest.param(
            "trend 24m in EUR",
            "trend 2024-11..2026-10 in EUR rolling-12m",
            id="currency-of-a-trend",
        ),
        pytest.param("in EUR in EUR", "2026-10 in EUR", id="the-same-currency-twice"),
        pytest.param("enterprise mrr", "segment:enterprise 2026-10", id="mrr"),
        pytest.param("ndr", "2026-10", id="synonym"),
        pytest.param("DBNR for enterprise", "segment:enterprise 2026-10", id="synonym-and-filler"),
        pytest.param("net dollar retention", "2026-10", id="long-synonym"),
        pytest.param(
            "what is our net revenue retention for enterprise over the last quarter, by industry?",
            "segment:enterprise 2026-Q3 by industry",
            id="sentence",
        ),
        pytest.param("last quarter", "2026-Q3", id="period-of-two-words"),
        pytest.param("mar 2026", "2026-03", id="month-and-year"),
        pytest.param("2026 q3", "2026-Q3", id="year-and-quarter"),
        pytest.param("fy26 q2", "FY26-Q2", id="fiscal-quarter"),
        pytest.param("2026-01 to 2026-03", "2026-01..2026-03", id="range-in-words"),
        pytest.param("2026-01 .. 2026-03", "2026-01..2026-03", id="range-in-dots"),
        pytest.param("TTM to 2026-09", "TTM-to-2026-09", id="label"),
        pytest.param("march", "2026-03", id="period-before-value"),
        pytest.param("industry:march", "industry:March 2026-10", id="value-if-written-so"),
        pytest.param("march networks", 'plan:"March Networks" 2026-10', id="longer-value"),
        pytest.param("enterprise segment:enterprise", "segment:enterprise 2026-10", id="repeated"),
        pytest.param("by segment enterprise", "segment:enterprise 2026-10 by segment", id="both"),
        pytest.param("trend", "trend 2025-11..2026-10 rolling-12m", id="trend"),
        pytest.param(
            "trend enterprise 24m",
            "trend segment:enterprise 2024-11..2026-10 rolling-12m",
            id="trend-of-a-value",
        ),
        pytest.param(
            "Trend by segment 24 months",
            "trend 2024-11..2026-10 by segment rolling-12m",
            id="trend-split",
        ),
        pytest.param(
            "what is the enterprise trend over 6m by industry?",
            "trend segment:enterprise 2026-05..2026-10 by industry rolling-12m",
            id="trend-in-a-sentence",
        ),
        pytest.param("trend monthly", "trend 2025-12..2026-11 rolling-1m", id="trend-monthly"),
        pytest.param(
            "trends 24-months rolling 3 months",
            "trend 2024-11..2026-10 rolling-3m",
            id="trend-rolling",
        ),
        pytest.param("trend ttm", "trend 2025-11..2026-10 rolling-12m", id="trend-ttm"),
        pytest.param("trend ttm 24m", "trend 2024-11..2026-10 rolling-12m", id="trend-ttm-24m"),
        pytest.param(
            "trend ttm monthly", "trend 2025-11..2026-10 rolling-1m", id="trend-of-the-last-year"
        ),
        pytest.param("monthly churn", "trend full 2025-12..2026-11 rolling-1m", id="monthly"),
        pytest.param("rolling 12 months", "trend 2025-11..2026-10 rolling-12m", id="rolling"),
        pytest.param("monthly nrr in october", "2026-10", id="monthly-of-a-month"),
        pytest.param("trend 2025", "trend 2025-01..2025-12 rolling-12m", id="trend-of-a-year"),
        pytest.param("trend ytd", "trend 2026-01..2026-10 rolling-12m", id="trend-to-date"),
        pytest.param("trend 24m 24m arr", "trend 2024-11..2026-10 arr rolling-12m", id="twice"),
        pytest.param(
            "trend monthly rolling-1m", "trend 2025-12..2026-11 rolling-1m", id="window-twice"
        ),
        pytest.param("incl. usage smb", "segment:SMB 2026-10 incl-usage", id="incl-usage"),
        pytest.param("basis current smb", "segment:SMB 2026-10 basis-current", id="basis-current"),
        pytest.param("q3 of today's groups", "2026-Q3 basis-current", id="today's-groups"),
        pytest.param("q3 including usage", "2026-Q3 incl-usage", id="including-usage"),
        pytest.param(
            "trend with usage arr",
            "trend 2025-11..2026-10 incl-usage arr rolling-12m",
            id="trend-with-usage",
        ),
        pytest.param("en\u200bterprise\u202e\x00", "segment:enterprise 2026-10", id="invisible"),
        pytest.param("\uff53mb\t\nttm", "segment:SMB TTM-to-2026-10", id="full-width-and-tab"),
    ],
)
def test_reads_what_is_asked(text: str, canonical: str) -> None:
    assert canonical_text(ask(text)) == canonical


def test_a_question_holds_what_was_typed_and_what_it_means() -> None:
    question = ask("  Enterprise  last-quarter by industry arr ")

    assert question == Question(
        words=Words(text="Enterprise last-quarter by industry arr"),
        scope=(("segment", "enterprise"),),
        period=parse_period("2026-Q3", today=TODAY),
        dimension="industry",
        amounts=Amounts(in_arr=True),
    )


def test_fiscal_quarters_follow_the_fiscal_year() -> None:
    question = parse_question("fy26-q2", vocabulary=LEDGER, today=TODAY, fiscal_start=2)

    assert question.period.start == date(2025, 5, 1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(
            "entreprise last-quarter",
            'I don\'t know "entreprise": did you mean enterprise? Try: segment:enterprise 2026-Q3',
            id="typo",
        ),
        pytest.param(
            "central goverment ttm",
            'I don\'t know "central": did you mean Central Government? Try: '
            'industry:"Central Government" TTM-to-2026-10',
            id="typo-in-the-second-word",
        ),
        pytest.param(
            "industri ttm",
            'I don\'t know "industri": did you mean by industry? Try: TTM-to-2026-10 by industry',
            id="typo-in-a-dimension",
        ),
        pytest.param(
            "lastquarter",
            'I don\'t know "lastquarter": did you mean last-quarter? Try: last-quarter',
            id="typo-in-a-period",
        ),
        pytest.param(
            "zzzzzz",
            'I don\'t know "zzzzzz". If it is a customer, account has its card;'
            " help shows what can be asked. Try: account zzzzzz",
            id="nothing-like-it",
        ),
        pytest.param(
            "1.5.2026..2.6.2026",
            'I don\'t know "1.5.2026..2.6.2026". Try: enterprise last-quarter',
            id="a-range-in-days-of-another-kind",
        ),
        pytest.param(
            "foo.bar_baz",
            'I don\'t know "foo.bar-baz". If it is a customer, account has its'
            " card; help shows what can be asked. Try: account foo.bar-baz",
            id="dots",
        ),
        pytest.param(
            "\U0001f600",
            'I don\'t know "\U0001f600". Try: enterprise last-quarter',
            id="emoji",
        ),
        pytest.param(
            ": gold",
            'I don\'t know ":". Try: plan:gold 2026-10',
            id="colon",
        ),
        pytest.param(
            '""',
            'I don\'t know "". Try: enterprise last-quarter',
            id="nothing-in-quotes",
        ),
        pytest.param(
            "<@U0123456>!*_~`",
            "a mention is no name of the ledger: type the name itself."
            " Try: enterprise last-quarter",
            id="mention",
        ),
        pytest.param(
            "<U0123456>!*_~`",
            'I don\'t know "U0123456". If it is a customer, account has its'
            " card; help shows what can be asked. Try: account U0123456",
            id="marks",
        ),
        pytest.param(
            "-" + "x" * 29 + "-yz-",
            'I don\'t know "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx…". If it is a'
            " customer, account has its card; help shows what can be asked."
            " Try: account xxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            id="long-word",
        ),
        pytest.param(
            "retail",
            "that could be industry:retail or channel:retail: which one?"
            " Try: industry:retail last-quarter",
            id="value-of-two-dimensions",
        ),
        pytest.param(
            "q3 2026 march",
            "Q3 2026 and March 2026 are two periods: give one. Try: 2026-Q3",
            id="two-periods",
        ),
        pytest.param(
            "enterprise smb",
            "one segment at a time, all of them with by segment, or two with "
            "vs. Try: segment:enterprise vs segment:SMB last-quarter",
            id="two-values",
        ),
        pytest.param(
            "by industry by channel",
            "split by one dimension at a time. Try: by industry last-quarter",
            id="two-splits",
        ),
        pytest.param(
            "company enterprise",
            "that names both the whole company and a part of it: give one. Try: last-quarter",
            id="company-and-a-part",
        ),
        pytest.param(
            "by foo",
            'there is no dimension "foo". Known: segment, industry, channel, '
            "acv-tier, plan. Try: 2026-10 by segment",
            id="split-by-unknown",
        ),
        pytest.param(
            "foo:bar",
            'there is no dimension "foo".'
            " Known: segment, industry, channel, acv-tier, plan. Try: by segment last-quarter",
            id="unknown-dimension",
        ),
        pytest.param(
            "by chanel",
            'there is no dimension "chanel": did you mean channel? Known: '
            "segment, industry, channel, acv-tier, plan. Try: 2026-10 by "
            "channel",
            id="split-by-a-typo",
        ),
        pytest.param(
            "by ttm",
            "by needs a dimension."
            " Known: segment, industry, channel, acv-tier, plan. Try: by segment last-quarter",
            id="split-by-nothing",
        ),
        pytest.param(
            "segment:entprise",
            'no segment is called "entprise": did you mean enterprise? Try: '
            "segment:enterprise 2026-10",
            id="typo-after-a-dimension",
        ),
        pytest.param(
            "segment:gold:x",
            'no segment is called "gold". Try: segment:enterprise 2026-10',
            id="two-colons",
        ),
        pytest.param(
            "industry:centrl government",
            'no industry is called "centrl": did you mean Central Government?'
            ' Try: industry:"Central Government" 2026-10',
            id="typo-in-two-words",
        ),
        pytest.param(
            'plan:"\\x gold"',
            'no plan is called "x gold": did you mean gold? Try: plan:gold 2026-10',
            id="backslash-in-quotes",
        ),
        pytest.param(
            "no dimension of this ledger has so long a name:x",
            'I don\'t know "no". If it is a customer, account has its card; help shows what can be'
            " asked. Try: account no",
            id="colon-far-away",
        ),
        pytest.param(
            "segment:march",
            'no segment is called "march". Try: segment:enterprise 2026-10',
            id="period-after-a-dimension",
        ),
        pytest.param(
            "smb 2026-01..",
            "a period begins and ends: name one, or put .. between its first and last month."
            " Try: segment:SMB 2026-10",
            id="a-range-without-its-end",
        ),
        pytest.param(
            "..2026-03",
            "a period begins and ends: name one, or put .. between its first and last month."
            " Try: 2026-10",
            id="a-range-without-its-beginning",
        ),
        pytest.param(
            "ytd 2025",
            "2026 to date and 2025 are two periods: give one. Try: 2026-to-date",
            id="to-date-beside-another-period",
        ),
        pytest.param(
            "outlook 6 months",
            "outlook looks ahead in days, such as 180d. Try: outlook 180d",
            id="months-ahead",
        ),
        pytest.param(
            "renewals 999 months",
            "renewals looks ahead in days, such as 90d. Try: renewals 90d",
            id="many-months-ahead",
        ),
        pytest.param(
            "segment:",
            "segment: needs a value. Try: segment:enterprise last-quarter",
            id="no-value",
        ),
        pytest.param(
            "nrr " * 43,
            "that is too long to read as one question. Try: last-quarter",
            id="too-many-words",
        ),
        pytest.param(
            "enterprise 24m",
            "months like that are for a trend: add the word, or name a period such as"
            " last-24-months. Try: trend last-24-months",
            id="months-without-a-trend",
        ),
        pytest.param(
            "why enterprise rolling-3m",
            "windows are of a trend alone: ask for it by itself. Try: trend monthly",
            id="window-beside-another-view",
        ),
        pytest.param(
            "enterprise rolling 6 months",
            "a trend's windows are of 1, 3 or 12 months, such as rolling-3m."
            " Try: trend segment:enterprise 2025-11..2026-10 rolling-3m",
            id="window-that-there-is-not",
        ),
        pytest.param(
            "trend 24m 2025",
            "that gives the trend two lengths: give one; windows of 3 months are called"
            " rolling-3m. Try: trend last-24-months",
            id="months-and-a-period",
        ),
        pytest.param(
            "trend 24m 3-month",
            "that gives the trend two lengths: give one; windows of 3 months are called"
            " rolling-3m. Try: trend last-24-months",
            id="two-lengths",
        ),
        pytest.param(
            "trend monthly rolling-3m",
            "a trend has one kind of window: monthly, rolling-3m or rolling-12m."
            " Try: trend last-24-months",
            id="two-windows",
        ),
        pytest.param(
            "trend 24m ttm monthly",
            "a trend has one kind of window: monthly, rolling-3m or rolling-12m."
            " Try: trend last-24-months",
            id="twelve-months-and-monthly",
        ),
        pytest.param(
            "x" * 301,
            "that is too long to read as one question. Try: last-quarter",
            id="too-many-characters",
        ),
        pytest.param(
            "x" * 10**6,
            "that is too long to read as one question. Try: last-quarter",
            id="far-too-many-characters",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_type(text: str, sentence: str) -> None:
    assert refusal(text) == sentence


def test_where_no_file_has_brought_an_attribute_the_missing_column_is_named() -> None:
    derived = Vocabulary({"acv_tier": ("under-25k",), "tenure": ("<90d",)})

    assert refusal("enterprise last-quarter", derived) == (
        'I don\'t know "enterprise". No file has brought a segment, plan or the like yet.'
        " Try: 2026-Q3"
    )


def test_a_ledger_without_dimensions_still_says_what_to_type() -> None:
    assert refusal("by x", NO_LEDGER) == "this ledger has no dimensions yet. Try: last-quarter"
    assert refusal("2.6.", NO_LEDGER) == 'I don\'t know "2.6". Try: last-quarter'


def test_an_example_is_a_split_where_no_value_can_be_one() -> None:
    ledger = Vocabulary({"empty": (), "by": ("]",), "dull": ("|",)})

    assert refusal("2.6.", ledger) == 'I don\'t know "2.6". Try: by empty last-quarter'


def test_a_suggestion_shows_no_markup_of_the_ledger_and_is_short() -> None:
    ledger = Vocabulary({"segment": ("<!here|*foo_bar*>\u202e\n`baz`" + "z" * 99,)})

    message = refusal("<!here|*foo_bar*", ledger)

    assert f"did you mean !herefoo-bar baz{'z' * 44}?" in message


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("*vip*", "last-quarter"),
        ('O\'Neil "& Sons"', "last-quarter"),
        ("z" * 61, "last-quarter"),
        ("\ufb01rm", "segment:firm last-quarter"),
        ("n/a", "segment:n/a last-quarter"),
    ],
)
def test_what_to_try_of_names_in_two_dimensions_is_read_whatever_they_are_called(
    name: str, example: str
) -> None:
    ledger = Vocabulary({"segment": (name,), "plan": (name, "other")})

    assert refusal(name, ledger).endswith(f"which one? Try: {example}")
    assert answer(example, ledger) == ""


def test_what_to_try_of_two_values_is_the_split_where_one_of_them_cannot_be_typed() -> None:
    ledger = Vocabulary({"segment": ("*vip*", "smb")})

    assert refusal("*vip* smb", ledger).endswith("Try: by segment last-quarter")


@pytest.mark.parametrize(
    "text",
    [
        *("2026-13", "enterprise 2026-02-30", "FY26-Q9", "SMB 31 nov 2026", "February 30th 2026"),
        *("october 32", "week 60", "H3 2026"),
    ],
)
def test_an_impossible_period_is_named_as_such(text: str) -> None:
    with pytest.raises(ImpossiblePeriodError):
        ask(text)


@pytest.mark.parametrize(
    ("text", "label", "sentence"),
    [
        (
            "2027 enterprise",
            "2026",
            "2027 is not in yet: the data ends 21 Nov 2026. This is 2026 to date.",
        ),
        (
            "enterprise 2026-12 by industry",
            "2026-11",
            "December 2026 is not in yet: the data ends 21 Nov. This is November 2026 to date.",
        ),
    ],
)
def test_a_period_that_has_not_begun_is_stood_in_for(text: str, label: str, sentence: str) -> None:
    question = ask(text)

    assert (question.period.label, question.note) == (label, sentence)
    assert question.scope == (("segment", "enterprise"),)


OCTOBER = DataEnd(through=date(2026, 11, 1))
SEPTEMBER = DataEnd(through=date(2026, 10, 1))


@pytest.mark.parametrize(
    ("data_end", "text", "label", "asked", "sentence"),
    [
        (OCTOBER, "", "2026-10", None, None),
        (OCTOBER, "qtd", "2026-Q4 to date", None, None),
        (
            OCTOBER,
            "mtd",
            "2026-10",
            "2026-11",
            "November 2026 is not in yet: the data ends 31 Oct. This is October 2026.",
        ),
        (
            OCTOBER,
            "trend 2026-11..2026-12 monthly",
            "2026-09..2026-10",
            "2026-11..2026-12",
            (
                "November to December 2026 is not in yet: the data ends 31 Oct. This is September"
                " to October 2026."
            ),
        ),
        (OCTOBER, "trend ytd monthly", "2026-01..2026-10", None, None),
        (OCTOBER, "trend 3m monthly", "2026-08..2026-10", None, None),
        (
            SEPTEMBER,
            "",
            "2026-09",
            None,
            "The newest whole month is September 2026: the data ends 30 Sep.",
        ),
        (
            SEPTEMBER,
            "last-month",
            "2026-09",
            None,
            "“last-month” is September 2026: the data ends 30 Sep.",
        ),
        (
            SEPTEMBER,
            "ttm by industry",
            "TTM to 2026-09",
            None,
            "“ttm” is the 12 months to September 2026: the data ends 30 Sep.",
        ),
        (SEPTEMBER, "last-quarter", "2026-Q3", None, None),
        (SEPTEMBER, "trend 24m", "2024-10..2026-09", None, None),
        *(
            (SEPTEMBER, ahead, "2026-09", None, None)  # of no period: none stands in
            for ahead in ("renewals", "outlook 90d", "at risk", "ready to expand")
        ),
    ],
)
def test_no_question_is_about_what_is_not_in(
    data_end: DataEnd, text: str, label: str, asked: str | None, sentence: str | None
) -> None:
    question = parse_question(text, vocabulary=LEDGER, today=TODAY, data_end=data_end)

    stand_in = question.words.stand_in
    assert (question.period.label, question.note) == (label, sentence)
    assert (stand_in and stand_in.asked and stand_in.asked.label) == asked


def test_what_stands_in_is_asked_for_again_by_its_own_name() -> None:
    question = parse_question("mtd", vocabulary=LEDGER, today=TODAY, data_end=OCTOBER)

    assert canonical_text(question) == "2026-10"


@pytest.mark.parametrize("text", ["trend rolling-5m", "trend rolling-0m"])
def test_windows_that_there_are_not_are_named_as_such(text: str) -> None:
    assert refusal(text).startswith("a trend's windows are of 1, 3 or 12 months")


@pytest.mark.parametrize("text", ["trend 1m", "trend 0m", "trend 61m", "trend mtd"])
def test_too_few_or_too_many_months_are_named_as_such(text: str) -> None:
    with pytest.raises(TrendLengthError):
        ask(text)


def test_days_are_named_as_such_in_a_trend() -> None:
    with pytest.raises(TrendPeriodError):
        ask("trend last-90-days")


TERMS = Vocabulary({"term": ("24m", "monthly"), "plan": ("trend", "rolling 24m")})


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        pytest.param("24m", "term:24m 2026-10", id="a-value-outside-a-trend"),
        pytest.param("monthly ttm", "term:monthly TTM-to-2026-10", id="another"),
        pytest.param(
            "trend term:24m 6m", "trend term:24m 2026-05..2026-10 rolling-12m", id="written-so"
        ),
        pytest.param("trend rolling-1m", "trend 2025-12..2026-11 rolling-1m", id="window"),
        pytest.param("plan:trend", "plan:trend 2026-10", id="trend-is-a-value-if-written-so"),
    ],
)
def test_values_that_look_like_months_can_be_asked_about(text: str, canonical: str) -> None:
    assert canonical_text(ask(text, TERMS)) == canonical


@pytest.mark.parametrize(("text", "value"), [("trend 24m", "24m"), ("trend monthly", "monthly")])
def test_whether_months_or_a_value_are_meant_is_not_guessed(text: str, value: str) -> None:
    assert refusal(text, TERMS) == (
        f"that could be term:{value} or the months of a trend: type the first so, or the others as"
        " last-24-months or rolling-1m. Try: trend last-24-months"
    )


@pytest.mark.parametrize("words", ["", "24m", "monthly", "ttm rolling-3m"])
def test_a_trend_asks_for_the_same_months_on_a_later_day(words: str) -> None:
    question = ask(f"trend enterprise {words} by industry")

    later = again(question, today=date(2027, 3, 1))

    assert (later.period.start, later.period.end) == (question.period.start, question.period.end)
    assert (later.options.window, later.scope, later.dimension) == (
        question.options.window,
        question.scope,
        question.dimension,
    )


TWINS = Vocabulary(
    {"segment": ("SMB", "smb"), "plan": ("A B", "a-b", "none"), "a b": (), "a-b": ()}
)


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("SMB", (("segment", "SMB"),)),
        ("smb", (("segment", "smb"),)),
        ("segment:smb", (("segment", "smb"),)),
        ("plan:a-b", (("plan", "a-b"),)),
        ("plan:A B", (("plan", "A B"),)),
        ("plan:none", (("plan", "none"),)),
        ("plan:(none)", (("plan", NO_VALUE),)),
        ("segment:None", (("segment", NO_VALUE),)),
    ],
)
def test_of_names_that_are_read_alike_the_exact_one_wins(
    text: str, scope: tuple[tuple[str, str], ...]
) -> None:
    assert ask(text, TWINS).scope == scope


ABROAD = Vocabulary(
    {
        "region": ("Île-de-France", "İstanbul", "Straßburg", "São Paulo"),
        "owner": ("Jörg Müller", "Jorg Muller"),
        "plan": ("Größe",),
    }
)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("ile de france", 'region:"Île-de-France"'),
        ("istanbul", 'region:"İstanbul"'),
        ("STRASSBURG", 'region:"Straßburg"'),
        ("sao paulo", 'region:"São Paulo"'),
        ("owner:Jorg Muller", 'owner:"Jorg Muller"'),
        ("owner:Jörg Müller", 'owner:"Jörg Müller"'),
    ],
)
def test_a_name_is_read_without_its_accents_where_no_other_is_spelled_just_so(
    text: str, canonical: str
) -> None:
    assert canonical_text(ask(text, ABROAD)) == f"{canonical} 2026-10"


def test_a_slip_in_a_name_with_accents_leads_to_it() -> None:
    assert refusal("Sao Paolo", ABROAD).endswith("Try: São Paulo last-quarter")
    assert refusal("grosze", ABROAD).endswith("Try: Größe last-quarter")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Smb", "that could be segment:SMB or segment:smb: which one?"),
        ("segment:sMb", "that could be segment:SMB or segment:smb: which one?"),
        ("by A_B", "that could be a b or a-b: which one?"),
    ],
)
def test_of_names_that_are_read_alike_none_is_guessed(text: str, sentence: str) -> None:
    assert refusal(text, TWINS).startswith(sentence)


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "two  spaces", "-", "\u200b", "\ud800", "e\u0301", "\ufb01", "\x7f", "tab\t"),
        *('"', "'", '\\"', "\\u0041", 'a "b" c', "it's", "a:b", "a=b", "by industry", "2026-Q3"),
        *("arr", "none", "(none)", "a.", ", ", "Z\u00fcrich", "\u201cquoted\u201d", "<@U1|x>"),
    ],
)
def test_any_name_can_be_asked_about(name: str) -> None:
    ledger = Vocabulary({name: ("other", name), "plan": (name,), "other": (name.upper(),)})
    question = replace(ask(""), scope=((name, name), ("plan", name)), dimension=name)

    assert again(question, ledger).scope == question.scope
    assert again(question, ledger).dimension == name


KEYWORDS = Vocabulary(
    {"plan": ("ARR", "total", "2026-Q3 arr", "for", "gold 2026-Q3"), "by": ("x",)}
)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        pytest.param("arr", "2026-10 arr", id="keyword-before-value"),
        pytest.param("plan:arr", "plan:ARR 2026-10", id="value-if-written-so"),
        pytest.param("for", "plan:for 2026-10", id="value-before-filler"),
        pytest.param("2026-q3 arr", "2026-Q3 arr", id="explicit-words-stay-apart"),
        pytest.param('plan:"gold 2026-q3"', 'plan:"gold 2026-Q3" 2026-10', id="quoted"),
        pytest.param("gold 2026-q3", 'plan:"gold 2026-Q3" 2026-10', id="longest-value"),
        pytest.param("by:x", "by:x 2026-10", id="dimension-called-by"),
        pytest.param("by by", "2026-10 by by", id="split-by-by"),
        pytest.param("by by by:x", "by:x 2026-10 by by", id="by-by-by"),
    ],
)
def test_names_that_look_like_the_grammar_can_be_asked_about(text: str, canonical: str) -> None:
    question = ask(text, KEYWORDS)

    assert canonical_text(question) == canonical
    assert again(question, KEYWORDS).scope == question.scope


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(" a \t\r\n b ", "a b", id="whitespace"),
        pytest.param("\u201ca\u201d \u2018b\u2019", "\"a\" 'b'", id="smart-quotes"),
        pytest.param("a\x00\u202e\u2066\ufeff\ud800b", "ab", id="invisible"),
        pytest.param("\uff21\ufb01", "Afi", id="composed"),
        pytest.param("last\u2014quarter\ufe58", "last-quarter-", id="dashes"),
        pytest.param("x" * 301, "x" * 300, id="long"),
        pytest.param("\ufdfa" * 300, None, id="longer-once-composed"),
    ],
)
def test_text_is_normalised(text: str, expected: str | None) -> None:
    normal = normalise(text)

    assert len(normal) <= 300
    assert expected is None or normal == expected


@pytest.mark.parametrize(
    ("text", "later", "canonical", "complete"),
    [
        ("qtd", date(2026, 12, 24), "2026-Q4-to-date", False),
        ("qtd", date(2027, 2, 1), "2026-Q4", True),
        ("mtd", date(2026, 12, 1), "2026-11", True),
        ("last-quarter", date(2028, 1, 1), "2026-Q3", True),
        ("ttm", date(2028, 1, 1), "TTM-to-2026-10", True),
        ("last-30-days", date(2028, 1, 1), "2026-10-22..2026-11-20", True),
    ],
)
def test_a_canonical_text_means_the_same_period_on_a_later_day(
    text: str, later: date, canonical: str, *, complete: bool
) -> None:
    question = again(ask(text), today=later)

    assert canonical_text(question) == canonical
    assert question.period.complete is complete


@pytest.mark.parametrize(
    ("text", "today"),
    [("last-30-days", date(2026, 5, 1)), ("2026-05-01..2026-05-30", TODAY)],
    ids=["asked", "the-one-before"],
)
def test_days_that_are_a_whole_month_stay_days(text: str, today: date) -> None:
    period = ask(text, today=today).period
    in_days = period if period.end == today else previous(period)

    question = again(replace(ask(""), period=in_days), today=today)

    assert question.period == in_days
    assert question.period.label == "2026-04-01..2026-04-30"


def test_a_question_is_read_fast_against_many_values() -> None:
    many = tuple(f"Customer group {number}" for number in range(50_000))
    ledger = Vocabulary({"segment": ("enterprise",), "group": many})
    ask("", ledger)
    ask("enterprise", ledger)

    started = process_time()
    question = ask("customer group 49999 last quarter by segment", ledger)

    assert process_time() - started < 0.05
    assert question.scope == (("group", "Customer group 49999"),)


fragments = st.sampled_from(
    [
        *("by", "per", "arr", "none", "(none)", "company", "for", "to", "date", "segment", "last"),
        *("2026", "2026-Q3", "Q4", "ttm", "2026-13", "a", "A", "b", "\u00e9", "e\u0301", "\u00df"),
        *("-", "_", " ", "  ", ".", ",", ";", "?", ":", "=", '"', "'", "\\", '\\"', "\u0130"),
        *("\u200b", "\u202e", "\ud800", "\u201c", "\u2019", "\u2014", "\ufb01", "\n", "\x7f"),
        *("trend", "24m", "monthly", "rolling", "3m", "rolling-3m", "months"),
        *(
            " vs ",
            "rest",
            "why",
            "full",
            "accounts",
            "a year ago",
            "company vs ",
            "incl. usage",
            "basis current",
            "Q3 2026 vs Q2 ",
        ),
        *("\u00a0", "<@U1>", "*", "`", "|", "\U0001f600"),
    ]
)
names = st.lists(fragments, max_size=6).map("".join) | st.text(max_size=6)
ledgers = st.dictionaries(names, st.lists(names, max_size=5).map(tuple), max_size=4)
days = st.dates(date(1990, 1, 1), date(2199, 12, 31))


@st.composite
def texts(draw: st.DrawFn, values: dict[str, tuple[str, ...]]) -> str:
    known = [*values, *(value for some in values.values() for value in some)]
    words = st.sampled_from([*known, *PERIOD_WORDS, "FY26-Q2", ":", "by"]) | fragments
    glue = draw(st.sampled_from(["", " "]))
    return glue.join(draw(st.lists(words, max_size=8)))


@given(st.data(), ledgers, days, st.integers(1, 12))
def test_every_question_that_can_be_read_has_a_text_that_asks_it_again(
    data: st.DataObject, values: dict[str, tuple[str, ...]], today: date, fiscal_start: int
) -> None:
    ledger, text = Vocabulary(values), data.draw(texts(values))
    try:
        question = parse_question(text, vocabulary=ledger, today=today, fiscal_start=fiscal_start)
    except (UsageError, MetricsError):
        return
    is_alone = question.options.window is None and question.versus is None
    periods = (question.period, *[previous(question.period)] * is_alone)
    for period in periods:
        # Asked by its own text, no period stands in for another.
        asked = replace(question, period=period).with_stand_in(None)

        reread = parse_question(
            canonical_text(asked),
            vocabulary=ledger,
            today=today,
            fiscal_start=fiscal_start,
            max_length=CANONICAL_LENGTH,
        )

        assert untyped(reread) == untyped(asked)


@given(st.data(), ledgers, st.sampled_from([*PERIOD_WORDS, "2026-Q4", "FY26"]))
def test_every_place_in_a_ledger_has_a_text_that_asks_about_it(
    data: st.DataObject, values: dict[str, tuple[str, ...]], period: str
) -> None:
    chosen = data.draw(st.lists(st.sampled_from([*values]), unique=True)) if values else []
    question = Question(
        scope=tuple(
            (name, data.draw(st.sampled_from((NO_VALUE, *values[name])))) for name in chosen
        ),
        period=parse_period(period, today=TODAY),
        dimension=data.draw(st.sampled_from([None, *values])),
        amounts=Amounts(in_arr=data.draw(st.booleans())),
    )
    window = data.draw(st.sampled_from([None, 1, 3, 12]))
    if window is not None:
        months = last_months(data.draw(st.integers(2, 60)), window=window, today=TODAY)
        question = replace(question, period=months, options=ViewOptions(window=window))

    assert untyped(again(question, Vocabulary(values))) == question


@given(st.data(), ledgers, days)
def test_any_text_is_a_question_or_an_error_for_people(
    data: st.DataObject, values: dict[str, tuple[str, ...]], today: date
) -> None:
    text = data.draw(st.text() | texts(values))

    with suppress(UsageError, MetricsError):
        assert ask(text, Vocabulary(values), today).words.text == normalise(text)


@given(st.data(), ledgers)
def test_no_error_carries_markup_or_anything_invisible(
    data: st.DataObject, values: dict[str, tuple[str, ...]]
) -> None:
    message = answer(data.draw(st.text() | texts(values)), Vocabulary(values))

    assert not set(message) & set("<>*_~`@#|\\[]\n")
    assert not [each for each in message if unicodedata.category(each).startswith("C")]


@given(st.text(alphabet="abcdefghij /:.<>@|*_`", min_size=1))
def test_an_error_repeats_one_word_at_most_and_no_markup(text: str) -> None:
    words = answer(text).split('"')[1::2]

    assert len(words) <= 1
    assert all(len(word) <= 30 for word in words)
    assert not set("".join(words)) & set("<>|@*_`")
    for word in words:
        if any(map(str.isalnum, word)):
            assert word == word.strip(" -.,/+%$'")
            assert ":" not in word


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz :"))
def test_the_example_in_an_error_can_be_asked(text: str) -> None:
    example = answer(text).split("Try: ")[-1] or "last-quarter"

    assert ask(example).words.text == example


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.dates(date(2026, 11, 21), date(2199, 1, 1)), st.sampled_from(PERIOD_WORDS))
def test_a_complete_period_is_asked_alike_on_any_later_day(later: date, word: str) -> None:
    question = ask(word)
    assume(question.period.complete)

    assert again(question, today=later + timedelta(days=1)).period == question.period


def test_usage_and_the_groups_of_today_are_asked_about_one_by_one() -> None:
    assert refusal("smb incl. usage basis current") == (
        "usage does not go together with basis current: give one. Try: last-quarter"
    )


class TestCurrencies:
    def test_two_currencies_are_one_too_many(self) -> None:
        assert refusal("in EUR in USD") == "those are two currencies: give one. Try: last-quarter"

    def test_one_without_a_rate_is_refused_with_those_that_there_are(self) -> None:
        assert refusal("enterprise in CHF") == (
            "there is no exchange rate for CHF: import some with `nrrbot import rates`."
            " Known: EUR, USD. Try: segment:enterprise 2026-10 in EUR"
        )

    def test_one_that_nobody_has_is_called_so(self) -> None:
        assert refusal("enterprise in BTC") == (
            'I don\'t know the currency "BTC": they have codes such as USD.'
            " Known: EUR, USD. Try: segment:enterprise 2026-10 in EUR"
        )

    @pytest.mark.parametrize("text", ["in all", "in XXX", "CHF", "for CHF"])
    def test_no_other_word_is_taken_for_a_currency(self, text: str) -> None:
        assert refusal(text).startswith("I don't know")

    def test_a_value_that_is_called_like_one_needs_no_in(self) -> None:
        ledger = Vocabulary({"region": ("EUR",)}, frozenset({"EUR"}))
        assert ask("eur", ledger).scope == (("region", "EUR"),)
        assert ask("in eur", ledger).amounts.currency == "EUR"


def test_a_value_of_the_ledger_comes_before_a_derived_one_of_the_same_name() -> None:
    ledger = Vocabulary({"segment": ("mid", "smb"), "value_tier": ("high", "mid", "long-tail")})

    assert ask("mid", ledger).scope == (("segment", "mid"),)
    assert ask("value-tier:mid", ledger).scope == (("value_tier", "mid"),)
    assert ask("high", ledger).scope == (("value_tier", "high"),)


def test_ranges_that_both_end_before_they_begin_are_not_turned_for_the_asker() -> None:
    said = answer("2026-10..2026-01 2026-12..2026-11")

    assert said == "that range ends before it begins; put the earlier end first"


@pytest.mark.parametrize("left", ["rest", "a year ago"])
def test_the_rest_and_a_year_ago_are_set_against_something_and_not_the_other_way(
    left: str,
) -> None:
    assert "vs stands between what is compared" in refusal(f"{left} vs enterprise")


def test_accounts_without_a_value_beside_unknown_words_are_an_unknown_word_too() -> None:
    assert "say which. Try: segment:(none)" in refusal("(none)")
    assert refusal("none blah").startswith('I don\'t know "none".')


@pytest.mark.parametrize("text", ["foo 2026-Q1 2026-Q2", "foo bar baz qux quux corge grault waldo"])
def test_beside_words_that_contradict_each_other_or_many_unknown_ones_any_question_is_shown(
    text: str,
) -> None:
    said = refusal(text)

    assert said.startswith('I don\'t know "foo".')
    assert answer(said.partition("Try: ")[2]) == ""


def test_the_rest_without_a_side_before_it_is_led_to_one() -> None:
    assert refusal("enterprise rest").startswith(
        "the rest is what is compared with: put vs before it. Try: "
    )
