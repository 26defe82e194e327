"""Renewals and the outlook for people who may see less of a company that contracts have filled."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING, Visibility
from bot.answers.answers import Answers
from bot.answers.document import reply_json
from bot.answers.small_ahead import PartlyInError, calendar_without
from bot.answers.small_cohorts import SmallCohortError
from bot.answers.views import reaches_of
from bot.errors import AccessDeniedError, UsageError
from bot.outlook.outlook import Outlook
from bot.renewals.calendar import RenewalCalendar, RenewalsSoFar
from bot.renewals.wording import rate_line
from metrics.renewals import RenewalRate
from tests.bot.small_company import answers_from, import_text, reply_of, small_company

HEAD = "movement_id,account_id,date,amount,currency,driver,segment\n"
TERMS = "contract_id,account_id,start,end,amount,currency,per,segment\n"
COMPANY = EVERYTHING.without_accounts()
RENEWS = ((9, "2026-12-14", "smb"), (12, "2027-01-14", "smb"), (3, "2027-02-14", "mid"))
STAYS = (30, "smb"), (20, "mid")


def company(
    folder: Path, *, rows: str = "", renews: Sequence[tuple[int, str, str]] = RENEWS
) -> Answers:
    """Open a company of 24 accounts whose terms end this winter, and 50 that only pay."""
    ends = [(end, segment) for count, end, segment in renews for _ in range(count)]
    stays = [segment for count, segment in STAYS for _ in range(count)]
    paying = "".join(
        f"m{n},s{n},2025-12-01,100.00,USD,,{segment}\n" for n, segment in enumerate(stays)
    )
    store = small_company(folder, HEAD + paying + rows)
    terms = "".join(
        f"C{n},c{n},2026-01-01,{end},100.00,USD,month,{segment}\n"
        for n, (end, segment) in enumerate(ends)
    )
    import_text(store, TERMS + terms, source="contracts")
    return answers_from(store)


def renewals(
    answers: Answers, asked: str = "renewals", visibility: Visibility = COMPANY
) -> RenewalCalendar:
    return reply_of(RenewalCalendar, answers, asked, visibility=visibility)


def test_whoever_sees_accounts_gets_every_month_and_the_largest(tmp_path: Path) -> None:
    found = renewals(company(tmp_path), visibility=EVERYTHING)

    assert [one.accounts for one in found.sums.months.values()] == [9, 12, 3]
    values = found.sums.values
    assert {value: one.accounts for value, one in values.items()} == {"smb": 21, "mid": 3}
    assert found.largest
    assert reaches_of(found)[0].account_detail


def test_months_of_five_and_more_are_shown_to_everybody(tmp_path: Path) -> None:
    found = renewals(company(tmp_path, renews=RENEWS[:2]))

    assert ([one.accounts for one in found.sums.months.values()], found.sums.hidden) == ([9, 12], 0)
    assert {value: one.accounts for value, one in found.sums.values.items()} == {"smb": 21}


def test_without_account_detail_the_days_are_whole_months_and_few_stand_in_none(
    tmp_path: Path,
) -> None:
    # the 3 of February are mid: beside 9 or 12 of smb the split by segment would tell of them
    found = renewals(company(tmp_path))

    assert str(found.end) == "2027-03-01"
    assert found.question.note is not None
    assert "next three" in found.question.note
    assert ([one.accounts for one in found.sums.months.values()], found.sums.hidden) == ([], 3)
    assert found.sums.values == {}
    assert found.largest is None
    assert not reaches_of(found)[0].account_detail


def test_a_month_of_few_takes_the_smallest_other_with_it(tmp_path: Path) -> None:
    found = renewals(company(tmp_path), visibility=EVERYTHING)

    shown = calendar_without(found, lambda _: {frozenset(): 74}, [()]).sums

    assert ([one.accounts for one in shown.months.values()], shown.hidden) == ([12], 2)


@pytest.mark.parametrize(("accounts", "is_told"), [(4, False), (5, True)])
def test_the_renewal_rate_is_of_no_few_accounts_however_many_terms_they_had(
    tmp_path: Path, accounts: int, *, is_told: bool
) -> None:
    found = renewals(company(tmp_path), visibility=EVERYTHING)
    rate = RenewalRate(accounts=accounts, terms=9, renewed=8, before=900_00, kept=800_00)
    known = replace(found, so_far=RenewalsSoFar(unsigned=None, rate=rate))

    shown = calendar_without(known, lambda _: {frozenset(): 74}, [()])

    assert shown.so_far.rate == (rate if is_told else None)
    assert ("takes account detail" in rate_line(shown)) is not is_told


def test_whoever_sees_one_segment_has_it_split_no_further(tmp_path: Path) -> None:
    only = Visibility(frozenset({(("segment", "smb"),)}))

    found = renewals(company(tmp_path), "renewals", only)

    assert [one.accounts for one in found.sums.months.values()] == [9, 12]
    assert found.sums.values == {}


@pytest.mark.parametrize("asked", ["renewals 30d", "renewals 60d", "renewals next-quarter"])
def test_no_other_horizon_can_be_held_against_it(tmp_path: Path, asked: str) -> None:
    answers = company(tmp_path)

    assert reply_json(renewals(answers, asked))["question"]["to"] == "2027-02-28"
    assert renewals(answers, asked).rows == renewals(answers).rows


def test_three_accounts_that_come_up_are_not_shown(tmp_path: Path) -> None:
    answers = company(tmp_path)

    with pytest.raises(SmallCohortError):
        renewals(answers, "renewals segment:mid")


def test_a_segment_that_may_not_be_seen_is_not_known(tmp_path: Path) -> None:
    only = Visibility(frozenset({(("segment", "smb"),)}))

    with pytest.raises(UsageError, match="I don't know"):
        renewals(company(tmp_path), "renewals mid", only)


def test_without_contracts_one_sentence_says_what_to_import(tmp_path: Path) -> None:
    answers = answers_from(small_company(tmp_path))

    with pytest.raises(UsageError, match="nrrbot import contracts FILE"):
        answers.reply("renewals 90d")
    with pytest.raises(UsageError, match="nrrbot import contracts FILE"):
        answers.reply("outlook 90d")


class TestOutlook:
    def outlook(self, answers: Answers, asked: str, visibility: Visibility) -> Outlook:
        return reply_of(Outlook, answers, asked, visibility=visibility)

    def test_ends_in_the_days_ahead_are_known(self, tmp_path: Path) -> None:
        # 74 accounts of 100.00; 24 terms end by 19 February
        found = self.outlook(company(tmp_path), "outlook 90d", EVERYTHING)

        assert found.known.retention.accounts_retained == 74 - 24
        assert found.known.if_renewed.accounts_retained == 74

    def test_without_account_detail_no_account_is_counted(self, tmp_path: Path) -> None:
        found = self.outlook(company(tmp_path), "outlook 30d", COMPANY)

        assert not found.counts_accounts
        assert str(found.end) == "2027-03-01"

    @pytest.mark.parametrize(("asked", "told"), [("outlook 90d", 8), ("outlook 90d smb", 0)])
    def test_who_begins_to_pay_is_told_of_the_whole_alone(
        self, tmp_path: Path, asked: str, told: int
    ) -> None:
        ahead = "".join(
            f"n{n},new{n},2026-12-05,10.00,USD,new_logo,{'smb' if n < 6 else 'mid'}\n"
            for n in range(8)
        )

        assert (
            self.outlook(company(tmp_path, rows=ahead), asked, COMPANY).known.arriving.accounts
            == told
        )

    def test_of_three_accounts_none_is_given(self, tmp_path: Path) -> None:
        answers = company(tmp_path, renews=(*RENEWS, (3, "2027-02-14", "tiny")))

        with pytest.raises(SmallCohortError):
            answers.reply("outlook 90d segment:tiny", visibility=COMPANY)
        assert isinstance(answers.reply("outlook 90d segment:tiny"), Outlook)

    def test_while_a_month_is_partly_in_it_takes_account_detail(self, tmp_path: Path) -> None:
        answers = company(tmp_path, rows="n1,s1,2026-11-10,5.00,USD,seats,\n")

        with pytest.raises(PartlyInError):
            answers.reply("outlook 90d", visibility=COMPANY)
        assert isinstance(answers.reply("outlook 90d"), Outlook)

    def test_a_past_moment_has_none(self, tmp_path: Path) -> None:
        answers = company(tmp_path)
        with answers.reading() as reading:
            moment = reading.ledger.state().data_as_of

        with pytest.raises(UsageError, match="without --as-of"):
            answers.reply("outlook 90d", as_of=moment)
        with pytest.raises(AccessDeniedError):
            answers.reply("renewals 90d", as_of=moment, visibility=COMPANY)
        assert isinstance(answers.reply("renewals 90d", as_of=moment), RenewalCalendar)
