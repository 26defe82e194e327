"""Why, comparisons and accounts asked of a ledger, by people who may see more or less of it."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from bot.access.visibility import Visibility
from bot.accounts.moves import AccountMoves
from bot.answers.answer import Answer
from bot.answers.answers import Answers
from bot.answers.document import answer_json
from bot.answers.posted_figures import figures_of
from bot.answers.views import AccountsError, reaches_of, view_as_shown
from bot.answers.wording.findings import finding_lines, year_line
from bot.comparing.comparison import Comparison
from bot.errors import AccessDeniedError, UnknownWordsError, UsageError
from bot.why.explanation import Explanation
from bot.why.wording import no_change_line
from metrics.change import Component
from metrics.data_end import Declared
from metrics.findings.finding import Findings
from tests.bot.small_company import NOW, answers_from, import_text, reply_of, small_company

ENTERPRISE = (("segment", "enterprise"),)
SMB = (("segment", "smb"),)
LATER = NOW + timedelta(minutes=1)
HEAD = "movement_id,account_id,date,amount,currency,driver,segment\n"


@pytest.fixture
def company(tmp_path: Path) -> Answers:
    return answers_from(small_company(tmp_path))


def explained(answers: Answers, asked: str) -> Explanation:
    return reply_of(Explanation, answers, asked)


def compared(answers: Answers, asked: str) -> Comparison:
    return reply_of(Comparison, answers, asked)


def test_the_rest_is_the_company_without_the_group(company: Answers) -> None:
    # the company goes from 1,660.00 to 1,710.00, enterprise from 1,500.00 to 1,650.00
    found = compared(company, "enterprise vs rest 2026-Q3")

    assert (found.left.retention.opening, found.left.retention.closing) == (150_000, 165_000)
    assert (found.right.retention.opening, found.right.retention.closing) == (16_000, 6_000)
    assert found.right.retention.accounts_opening == 2


def test_two_periods_are_measured_each_by_itself(company: Answers) -> None:
    found = compared(company, "2026-10 vs 2026-09")

    assert [side.period.label for side in (found.left, found.right)] == ["2026-10", "2026-09"]
    september = company.ask("2026-09").retention
    assert (found.left.retention, found.right.retention) == (
        company.ask("2026-10").retention,
        september,
    )


def test_accounts_are_listed_from_the_largest_down(company: Answers) -> None:
    reply = company.reply("accounts 2026-Q3")

    assert isinstance(reply, AccountMoves)
    assert [(one.account_id, one.change) for one in reply.found.listed] == [
        *(("alpha", 20_000), ("gamma", -10_000), ("beta", -5_000)),
    ]


def test_how_sure_a_figure_is_is_read_for_the_full_answer_and_why_alone(company: Answers) -> None:
    short, full = company.ask("2026-Q3"), company.ask("full 2026-Q3")
    why = explained(company, "why 2026-Q3").sureness

    assert short.sureness is None
    assert "confidence" not in answer_json(short)
    # four of 1,000, 500, 100 and 60 pay then: without alpha 510 of 660 is left
    assert why == full.sureness
    assert why is not None
    assert [one.account_id for one in why.accounts or ()] == ["alpha", "beta", "gamma", "epsilon"]
    told = answer_json(full)["confidence"]
    assert (told["doubt"], told["accounts"], told["nrr"]) == ("too-few", 4, None)
    assert (told["top_1_share"], told["nrr_without_largest"]) == ("0.602410", "0.772727")
    assert told["effective_accounts"] == "2.2"  # 1,660² ÷ (1,000² + 500² + 100² + 60²)


@pytest.mark.parametrize(
    ("asked", "segment", "tier"),
    [
        ("why smb 2026-Q3", "smb", None),
        ("why 2026-Q3", None, None),
        ("why value_tier:high smb 2026-Q3", "smb", "high"),
        ("why value_tier:long-tail 2026-Q3", None, "long-tail"),
    ],
)
def test_why_knows_what_the_playbook_says_of_its_accounts(
    company: Answers, asked: str, segment: str | None, tier: str | None
) -> None:
    plays = explained(company, asked).plays

    assert plays == {lever: company.playbook.play(segment, tier, lever) for lever in Component}


@pytest.fixture
def lately_rated(tmp_path: Path) -> Answers:
    """Answers of a company in two currencies, of which the first rate is of 30 June 2026."""
    codes = (("USD", "smb"), ("EUR", "mid"), ("USD", "mid"), ("EUR", "smb"))
    rows = [f"a{at},2025-01-05,100.00,{code},{name}" for at, (code, name) in enumerate(codes)]
    rows += ["a1,2026-08-05,-20.00,EUR,", "a2,2026-12-05,-10.00,USD,"]  # the last waits
    text = "\n".join(("account_id,date,amount,currency,segment", *rows, ""))
    store = small_company(tmp_path, text)
    import_text(store, "date,currency,rate\n2026-06-30,USD,1.25\n", source="rates", now=LATER)
    return answers_from(store)


def test_what_has_no_exchange_rate_yet_is_compared_with_nothing(lately_rated: Answers) -> None:
    why = explained(lately_rated, "why 2026-Q3")
    sides = compared(lately_rated, "smb vs mid 2026-Q3")

    # 200 USD and 200 EUR of 1.25 USD; 25 USD less by Q3's end
    assert (why.sides.now.opening, why.sides.now.contraction) == (450_00, 25_00)
    assert (why.sides.before, why.sides.values_now) == (None, {})
    assert (sides.left.year, sides.right.year) == (None, None)


@pytest.mark.parametrize(
    ("asked", "rates"),
    [
        ("migration by segment 2026-Q3", "the exchange rates of 1 Jul 2026"),
        ("why 2026-10 vs 2026-09", "the exchange rates of each window's first day"),
        ("2026-10 vs 2026-09", "the exchange rates of each window's first day"),
        ("cohorts 2026", "the exchange rates of each window's first day"),
        ("account a1 2026-09", "the exchange rates of each day"),
        ("outlook 90d", "the exchange rates of 1 Nov 2026"),
    ],
)
def test_a_view_says_at_which_rates_it_is(lately_rated: Answers, asked: str, rates: str) -> None:
    assert lately_rated.reply(asked).grounds.rates == rates


def test_the_rate_is_named_for_want_of_which_nothing_earlier_is_measured(
    lately_rated: Answers,
) -> None:
    rate = "there is no exchange rate for USD on 1 %s or before: import one with `nrrbot import"

    answer = lately_rated.reply("2026-Q3")

    assert isinstance(answer, Answer)
    assert year_line(answer).startswith(f"12 months: {rate % 'Oct 2025'}")
    assert finding_lines(replace(answer, findings=Findings())) == (
        "No period before is converted, for want of an exchange rate.",
    )
    assert (no_change_line(explained(lately_rated, "why 2026-Q3")) or "").startswith(
        f"There is nothing to compare with in Q2 2026: {rate % 'Apr 2026'}"
    )


def test_a_month_that_is_partly_in_is_held_against_no_whole_ones(tmp_path: Path) -> None:
    text = f"{HEAD}m1,a,2025-01-05,100.00,USD,,smb\nm2,a,2026-11-06,10.00,USD,,\n"
    answers = answers_from(small_company(tmp_path, text, declared=Declared()))

    why = explained(answers, "why this-month")

    assert not why.question.period.complete
    assert why.surroundings.earlier == {}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("core vs rest", "a product has no rest"),
        ("renewals core", "renewals are of accounts, not of products"),
        ("outlook core", "the outlook is of accounts, not of products"),
    ],
)
def test_what_is_of_whole_accounts_is_not_asked_of_a_product(
    tmp_path: Path, asked: str, said: str
) -> None:
    text = "account_id,date,amount,currency,product\na,2025-01-05,10.00,USD,core\n"

    with pytest.raises(UsageError, match=said):
        answers_from(small_company(tmp_path, text)).reply(asked)


class TestAccess:
    SEES_SMB = Visibility(frozenset({SMB}), frozenset({SMB}))

    @pytest.mark.parametrize("asked", ["smb vs enterprise", "enterprise vs smb"])
    def test_another_side_that_may_not_be_seen_is_not_known(
        self, company: Answers, asked: str
    ) -> None:
        with pytest.raises(UnknownWordsError, match='I don\'t know "enterprise"'):
            company.reply(asked, visibility=self.SEES_SMB)

    @pytest.mark.parametrize("asked", ["smb vs rest", "smb vs company", "company vs smb"])
    def test_the_company_is_no_other_side_for_whoever_sees_a_part(
        self, company: Answers, asked: str
    ) -> None:
        with pytest.raises(AccessDeniedError, match="may not see figures of the whole company"):
            company.reply(asked, visibility=self.SEES_SMB)

    def test_two_periods_without_a_group_are_of_what_may_be_seen(self, company: Answers) -> None:
        reply = company.reply("2026-Q3 vs 2026-Q2", visibility=self.SEES_SMB)

        assert reply.question.scopes == (SMB,)

    def test_whoever_sees_nothing_is_told_no_question_to_ask_instead(
        self, company: Answers
    ) -> None:
        with pytest.raises(AccessDeniedError) as refused:
            company.reply("2026-Q3", visibility=Visibility(frozenset()))

        assert "Try:" not in str(refused.value)

    def test_single_accounts_take_account_detail(self, company: Answers) -> None:
        sees_all = Visibility(frozenset({()}))

        with pytest.raises(AccountsError, match="takes account detail"):
            company.reply("accounts 2026-Q3", visibility=sees_all)

    def test_with_small_groups_shown_no_account_is_named_all_the_same(self, tmp_path: Path) -> None:
        answers = replace(answers_from(small_company(tmp_path)), small_groups=True)

        reply = answers.reply("why 2026-Q3", visibility=Visibility(frozenset({()})))

        assert isinstance(reply, Explanation)
        assert reply.accounts is None
        assert not reaches_of(reply)[0].account_detail

    def test_days_are_for_those_with_account_detail(self, company: Answers) -> None:
        with pytest.raises(AccessDeniedError, match="whole months"):
            company.reply(
                "2026-10-01..2026-10-09 vs 2026-09-01..2026-09-09",
                visibility=Visibility(frozenset({()})),
            )

    def test_both_sides_are_audited(self, company: Answers) -> None:
        reaches = reaches_of(company.reply("enterprise vs smb 2026-Q3"))

        assert [reach.scope for reach in reaches] == [ENTERPRISE, SMB]
        assert reaches_of(company.reply("accounts 2026-Q3"))[0].account_detail


def test_a_view_is_no_answer_for_those_who_need_one(company: Answers) -> None:
    with pytest.raises(UsageError, match="leave the word out"):
        company.ask("why 2026-Q3")


def test_both_levels_of_a_shared_change_are_watched_for_restatements(company: Answers) -> None:
    figures = figures_of(company.reply("why enterprise 2026-Q3"))

    assert [(one.scope, one.label) for one in figures] == [
        (ENTERPRISE, "2026-Q3"),
        (ENTERPRISE, "2026-Q2"),
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_parts_are_what_summing_up_the_accounts_gives(tmp_path: Path, seed: int) -> None:
    """Each account's balances at three month starts, by plain arithmetic over Fractions."""
    random = Random(seed)  # noqa: S311 - a company, no secret
    held = [
        (random.choice("abc"), [random.choice([0, 100, 150, 230, 400]) for _ in range(3)])
        for _ in range(30)
    ]
    rows = []
    for number, (segment, balances) in enumerate(held):
        before = 0
        for day, balance in zip(("2026-08-15", "2026-09-15", "2026-10-15"), balances, strict=True):
            if balance != before:
                kind = f"{(balance - before)}.00,USD,seats,{segment}"
                rows.append(f"m{number}-{day},a{number},{day},{kind}\n")
            before = balance
    answers = answers_from(small_company(tmp_path, HEAD + "".join(rows)))

    change = explained(answers, "why 2026-10 by segment").change

    assert change is not None
    expected = parts_by_hand(held)
    assert {one.value: (dict(one.by_component), one.mix) for one in change.segments} == expected


def parts_by_hand(
    held: list[tuple[str, list[int]]],
) -> dict[str, tuple[dict[Component, Fraction], Fraction]]:
    sides = []
    for start in (1, 2):
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for segment, balances in held:
            opens, closes = balances[start - 1], balances[start]
            if opens:
                row = sums[segment]
                row[0] += opens
                row[1] += max(0, closes - opens)
                row[2] -= max(0, opens - closes) if closes else 0
                row[3] -= 0 if closes else opens
        sides.append(sums)
    bases = [sum(row[0] for row in side.values()) for side in sides]
    levels = [
        1 + Fraction(sum(sum(row[1:]) for row in side.values()), base)
        for side, base in zip(sides, bases, strict=True)
    ]
    middle = sum(levels, Fraction()) / 2
    found: dict[str, tuple[dict[Component, Fraction], Fraction]] = {}
    for segment in sides[0] | sides[1]:
        rows = [side[segment] for side in sides]
        weights = [Fraction(row[0], base) for row, base in zip(rows, bases, strict=True)]
        ratios = [[Fraction(amount, row[0]) for amount in row[1:]] for row in rows]
        parts = {
            component: sum(weights, Fraction()) / 2 * (ratios[1][place] - ratios[0][place])
            for place, component in enumerate(Component)
        }
        own = sum((sum(ratio, Fraction(1)) for ratio in ratios), Fraction()) / 2
        found[segment] = parts, (weights[1] - weights[0]) * (own - middle)
    return found


def test_a_list_that_was_read_is_still_shown_to_nobody_who_may_not_see_its_accounts(
    company: Answers,
) -> None:
    moves = company.reply("accounts churned 2026-Q3")
    assert isinstance(moves, AccountMoves)

    with pytest.raises(AccountsError):
        view_as_shown(moves, cohorts_of=None, sees_accounts=False)
