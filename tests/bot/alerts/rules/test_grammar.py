"""Rules as people type them: what is read, what is asked back, and that nothing is guessed."""

from contextlib import suppress
from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.rules.grammar import parse_rule, rule_text, scope_words
from bot.alerts.rules.recipients import ME, MOST_RECIPIENTS, read_recipient, read_recipients
from bot.alerts.rules.wording.sentences import rule_words
from bot.errors import UsageError, sentence
from bot.questions.words import Vocabulary
from metrics.alerts.rules import AlertRule, Metric, RuleKind, Window
from metrics.rollup import Scope
from metrics.segments import NO_VALUE
from storage.alerts.rules import OWNERS
from tests.bot.alerts.rules.own_rules import LEDGER, ODD, own_rules
from tests.metrics.alerts.own_rules import own_rule

COMPANY: Scope = ()
ENTERPRISE: Scope = (("segment", "enterprise"),)
SMB: Scope = (("segment", "smb"),)


def own(
    kind: RuleKind,
    percent: str,
    scope: Scope = SMB,
    *,
    months: int = 1,
    window: Window | None = None,
) -> AlertRule:
    usual = Window.YEAR if kind is RuleKind.FLOOR else Window.MONTH
    return own_rule(kind, percent, scope, window=window or usual, for_periods=months)


def read(text: str) -> AlertRule:
    return parse_rule(text, vocabulary=LEDGER).rule


def heard(text: str) -> tuple[str, ...]:
    return parse_rule(f"smb below 90% {text}", vocabulary=LEDGER).recipients


def refusal(text: str, vocabulary: Vocabulary = LEDGER) -> str:
    with pytest.raises(UsageError) as raised:
        parse_rule(text, vocabulary=vocabulary)
    return sentence(raised.value)


FLOOR, POINTS, PERCENT = RuleKind.FLOOR, RuleKind.POINT_DROP, RuleKind.PERCENT_DROP
GRR_90 = replace(own(FLOOR, "90", COMPANY), metric=Metric.GRR)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("enterprise below 105%", own(FLOOR, "105", ENTERPRISE)),
        ("below 105% enterprise", own(FLOOR, "105", ENTERPRISE)),
        ("Enterprise falls below 105 percent.", own(FLOOR, "105", ENTERPRISE)),
        ("enterprise < 105%", own(FLOOR, "105", ENTERPRISE)),
        ("enterprise &lt;105%", own(FLOOR, "105", ENTERPRISE)),
        ("segment:enterprise under 100.5%", own(FLOOR, "100.5", ENTERPRISE)),
        ("enterprise below 100,5%", own(FLOOR, "100.5", ENTERPRISE)),
        ("smb drop 3pts for 2 months", own(POINTS, "3", months=2)),
        ("for two months smb drops by 3 points", own(POINTS, "3", months=2)),
        (
            "smb dropped by at least 3 percentage points 2 months running",
            own(POINTS, "3", months=2),
        ),
        ("smb down 2.25pp in a month", own(POINTS, "2.25")),
        ("smb drops 10%", own(PERCENT, "10")),
        ("smb falls 10 % from the three months before", own(PERCENT, "10")),
        ("company grr below 90%", GRR_90),
        ("gross retention below 90%", GRR_90),
        ("gross revenue retention of the whole company below 90%", GRR_90),
        ("below 90%", own(FLOOR, "90", COMPANY)),
        ("enterprise nrr drop 2.5 pts for 3 months", own(POINTS, "2.5", ENTERPRISE, months=3)),
        ("when smb fintech falls 4 points", own(POINTS, "4", (*SMB, ("industry", "fintech")))),
        ("mid-market below 100%", own(FLOOR, "100", (("segment", "mid_market"),))),
        ('size:"up to 50" below 90%', own(FLOOR, "90", (("size", "up to 50"),))),
        ('size:"below 10%" drops 5%', own(PERCENT, "5", (("size", "below 10%"),))),
        ("segment:(none) below 90%", own(FLOOR, "90", (("segment", NO_VALUE),))),
        ("below 90% 12 months running", own(FLOOR, "90", COMPANY, months=12)),
    ],
)
def test_a_rule_is_read_in_any_sensible_order(text: str, rule: AlertRule) -> None:
    assert read(text) == rule


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (Window.YEAR, ("", "ttm", "12-month", "12 months", "twelve months", "12m", "annual")),
        (Window.YEAR, ("over the last 12 months", "trailing twelve months", "in a year")),
        (Window.QUARTER, ("quarterly", "per quarter", "in a quarter", "each quarter")),
        (
            Window.MONTH,
            ("monthly", "per month", "in a month", "a month", "1-month", "single month"),
        ),
    ],
)
def test_a_level_is_of_twelve_months_unless_another_window_is_said(
    window: Window, words: tuple[str, ...]
) -> None:
    for word in words:
        expected = own(FLOOR, "98", window=window)
        assert read(f"{word} smb below 98%") == expected, word
        assert read(f"smb below 98% {word}") == expected, word
        assert read(f"smb {word} grr below 98%") == replace(expected, metric=Metric.GRR), word


def test_a_quarterly_level_counts_quarters() -> None:
    rule = own(FLOOR, "93", months=2, window=Window.QUARTER)

    assert read("smb quarterly below 93% for 2 quarters") == rule
    assert rule_text(rule) == "segment:smb quarterly nrr below 93% for 2 quarters"


def test_a_drop_is_of_single_months_also_when_that_is_said() -> None:
    assert read("monthly smb drops 3 points for 12 months") == own(POINTS, "3", months=12)


NAMES = Vocabulary({"billing": ("monthly", "12 months", "quarterly"), "plan": ("gold",)})


def test_a_window_that_is_a_name_in_the_ledger_is_asked_about() -> None:
    assert refusal("monthly below 99%", NAMES) == (
        "“monthly” is also a name in this ledger: type `billing:monthly` for those accounts, or"
        " `monthly nrr` for the time."
    )
    assert "`billing:12 months` for those" in refusal("below 99% 12 months", NAMES)
    for text in ("billing:monthly monthly nrr below 99%", 'monthly grr of "monthly" below 99%'):
        rule = parse_rule(text, vocabulary=NAMES).rule
        assert (rule.scope, rule.window) == ((("billing", "monthly"),), Window.MONTH)


@pytest.mark.parametrize(
    ("text", "recipients"),
    [
        ("", ()),
        ("to me", (ME,)),
        ("to <@U123|maya>", ("U123",)),
        ("to <@W1>, <#C2|rev-ops>, owners", ("W1", "C2", OWNERS)),
        ("to me and the account owners", (ME, OWNERS)),
        ("to <#C2|> to <@U1|a b>", ("C2", "U1")),
        ("to <@U1> <@U1>, me, me", ("U1", ME)),
        ("tell U0A1B2C3 and C0A1B2C3", ("U0A1B2C3", "C0A1B2C3")),
    ],
)
def test_who_hears_is_read_as_slack_sends_it(text: str, recipients: tuple[str, ...]) -> None:
    assert heard(text) == recipients
    assert read(f"{text} smb below 90%") == own(FLOOR, "90")


def test_who_says_nobody_hears_alone() -> None:
    typed = parse_rule("smb below 90%", vocabulary=LEDGER)
    named = parse_rule("smb below 90% to me, <@U2>, <@U1>", vocabulary=LEDGER)

    assert typed.recipients_for("U1") == ("U1",)
    assert named.recipients_for("U1") == ("U1", "U2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Say when you want to hear, as in `enterprise below 105%`"),
        ("smb", "Say when you want to hear"),
        ("smb below", "Say how much, in % or points"),
        ("smb below x%", "Say how much, in % or points"),
        ("smb drops a lot", "Say how much, in % or points"),
        ("smb below 105", "105 of what? A level is in percent: type `below 105%`."),
        ("smb below 1.05", "1.05 of what? A level is in percent: type `below 105%`."),
        ("smb below 3pts", "type `below 3%`, or `drops 3 points`"),
        ("smb drop 3", "3 of what? Type `drops 3 points`, or `drops 3%` for a share"),
        ("smb 105%", "105% alone is no rule: say `below` or `drops` before it"),
        ("smb above 105%", "Alerts are for drops: say `below` or `drops`"),
        ("smb below 0%", "A threshold is above zero"),
        ("smb below 0.98%", "Nothing falls below 0.98%: type 98% if you mean that."),
        ("smb below 1.05%", "Nothing falls below 1.05%: type 105% if you mean that."),
        ("smb below 0.01%", "Nothing falls below 0.01%: type 5% if you mean that."),
        ("smb falls 10% from the month before", "from the median of the three months before it"),
        ("smb drops 3 points ttm", "leave `ttm` out, or give a level, as in `12-month nrr below"),
        ("smb 12 months drops 10%", "since two 12-month figures in a row share eleven"),
        ("smb drops 3 points quarterly", "looked for in single months"),
        ("smb monthly ttm below 90%", "one length of time: say monthly, quarterly or 12-month."),
        ("smb quarterly below 90% for 2 months", "counts closed quarters: type `for 2 quarters`."),
        ("smb drops 0 points", "A threshold is above zero"),
        ("smb drops -3 points", '"-3" is no figure that I read'),
        ("smb below 1,000%", "is no figure that I read"),
        ("smb below 99.99999%", "is no figure that I read"),
        ("smb below 501%", "A level is at most 500%"),
        ("smb below 99999999999999999999%", "is no figure that I read"),
        ("smb drops 101%", "A drop is at most 100"),
        ("smb grr below 101%", "GRR is never above 100%: give a level of at most 100%."),
        ("smb nrr grr below 90%", "An alert watches one ratio: give nrr or grr."),
        ("smb below 90% drops 3%", "more than one threshold: set up one alert for each"),
        ("smb below 90% for 0 months", "A drop has to last 1 to 12 months"),
        ("smb below 90% for 13 months", "A drop has to last 1 to 12 months"),
        ("smb below 90% for 1.5 months", "A drop has to last 1 to 12 months"),
        ("smb below 90% for 2", "2 of what: alerts count closed months, as in `for 2 months`."),
        ("smb below 90% for 2 quarters", "counts closed months: type `for 2 months`."),
        ("smb below 90% for 2 weeks", 'I don\'t count in "weeks": alerts count'),
        ("smb below 90% for 2 months for 3 months", "gives two numbers of months"),
        ("entreprise below 105%", "did you mean enterprise? Try: enterprise below 100%."),
        ("plan:gold below 105%", 'There is no dimension "plan"'),
        ("segment:gold below 105%", 'No segment is called "gold"'),
        ("enterprise smb below 105%", "One segment at a time"),
        ("company smb below 105%", "both the whole company and a part of it"),
        ("smb incl. usage below 105%", "usage and the groups of today are for questions"),
        ("smb basis current below 105%", "usage and the groups of today are for questions"),
        ("smb last-month below 105%", "leave the period and the split out, or say monthly"),
        ("last month below 99%", "leave the period and the split out, or say monthly"),
        ("smb last-quarter below 105%", "leave the period and the split out, or say monthly"),
        ("smb last-month last-quarter below 105%", "leave the period and the split out"),
        ("smb last-month vs last-quarter below 105%", "leave the period and the split out"),
        ("smb 2026-10 below 105%", "watches every month that is closed"),
        ("smb 2026-13 below 105%", "watches every month that is closed"),
        ("trend smb below 105%", "watches every month that is closed"),
        ("arr below 105%", "watches every month that is closed"),
        ("by industry below 105%", "watches every month that is closed"),
        ("smb below 90% to @maya", "pick people and channels from the list that Slack shows"),
        ("smb below 90% to #rev", "pick people and channels from the list that Slack shows"),
        ("smb below 90% to <!channel>", "pick people and channels from the list"),
        ("smb below 90% to maya", '"maya" is none of them'),
        ("smb below 90% to", "After `to` I read @people, #channels, me and owners."),
        ("<!channel> below 90%", "mention is no name"),
        ("'; drop table alert_rule; -- below 90%", "Say how much"),
        ("\x00", "Say when you want to hear"),
        ("\U0001f4b8 below 90%", "I don't know"),
        ("x" * 3_000, "too long to read as one rule"),
    ],
)
def test_what_cannot_be_read_is_one_clear_sentence(text: str, said: str) -> None:
    refused = refusal(text)

    assert said in refused
    assert "last-quarter" not in refused
    assert len(refused) < 300
    if example := refused.partition("Try: ")[2].rstrip("."):
        parse_rule(example, vocabulary=LEDGER)  # it is read in turn


def test_a_ledger_without_names_still_has_the_company() -> None:
    nothing = Vocabulary({})

    assert parse_rule("below 90%", vocabulary=nothing).rule.scope == COMPANY
    assert "Try: company below 100%" in refusal("smb below 90%", nothing)


def test_an_alert_goes_to_so_many_and_no_more() -> None:
    def people(count: int) -> str:
        return " ".join(f"<@U{number}>" for number in range(count))

    assert len(heard(f"to {people(MOST_RECIPIENTS)}")) == MOST_RECIPIENTS
    with pytest.raises(UsageError, match="name a channel instead"):
        heard(f"to {people(MOST_RECIPIENTS + 1)}")


def test_people_alone_are_read_after_a_number() -> None:
    assert read_recipients("<@U1|maya>, <#C1|rev> and owners") == ("U1", "C1", OWNERS)
    for text in ("", "maya", "<@U1> maya", "@maya", "smb below 90%"):
        with pytest.raises(UsageError, match=r"I read|I only see"):
            read_recipients(text)


@pytest.mark.parametrize("text", ["U1", "W0A", "C1", "G1", "owners"])
def test_ids_are_read_at_the_command_line(text: str) -> None:
    assert read_recipient(f" {text} ") == text


@pytest.mark.parametrize("text", ["", "me", "maya", "u1", "D1", "U1,U2", "<@U1>", "@U1"])
def test_what_is_no_id_is_refused_at_the_command_line(text: str) -> None:
    with pytest.raises(UsageError, match="nobody that I can tell"):
        read_recipient(text)


@given(own_rules())
def test_what_is_shown_to_be_typed_is_read_as_the_same_rule(rule: AlertRule) -> None:
    assert parse_rule(rule_text(rule), vocabulary=ODD).rule == rule


@given(own_rules())
def test_what_a_rule_is_called_in_a_list_is_read_as_that_rule(rule: AlertRule) -> None:
    assert parse_rule(rule_words(rule), vocabulary=ODD).rule == rule


WORDS = st.sampled_from(
    [
        *("enterprise", "smb", "below", "105%", "drops", "3pts", "for", "2", "months", "to", "me"),
        *("<@U1|a>", "<#C1>", "nrr", "grr", "company", "<", "&lt;", "of the month before", '"'),
        *("segment:", "owners", ",", "last-quarter", "a", "10 %", "-3", "@x", "in a row"),
        *("monthly", "quarterly", "ttm", "12", "quarters", "month", "from the three months before"),
    ]
)


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=80))
def test_whatever_is_typed_is_a_rule_or_one_sentence(text: str) -> None:
    with suppress(UsageError):
        rule = read(text)
        assert read(rule_text(rule)) == rule


@pytest.mark.parametrize(
    "text", ["below ", "to <@U1> ", "1", "<", "for 2 ", '"', "drops by ", "@a,"]
)
def test_long_nonsense_takes_no_time(text: str) -> None:
    begun = process_time()

    with pytest.raises(UsageError):
        read((text * 2_000)[:2_000])

    assert process_time() - begun < 2


@pytest.mark.parametrize("value", ["last-quarter", "company", "below"])
def test_a_value_that_is_called_like_a_word_of_a_rule_has_its_dimension_before_it(
    value: str,
) -> None:
    assert scope_words((("segment", value),)) == f"segment:{value}"
