import pytest

from bot.errors import UsageError
from bot.questions.parsing import parse_question
from tests.bot.questions.test_sides import LEDGER, TODAY, ask, refusal


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "export smb Q3",
            (
                "a list of accounts has a button for its file; at the command line nrrbot ask with"
                " --csv FILE.csv writes every account of a question, --json all of its figures."
                " Try: accounts segment:smb 2026-Q3"
            ),
        ),
        (
            "smb Q3 as a csv",
            (
                "a list of accounts has a button for its file; at the command line nrrbot ask with"
                " --csv FILE.csv writes every account of a question, --json all of its figures."
                " Try: accounts segment:smb 2026-Q3"
            ),
        ),
        (
            "forecast smb",
            (
                "nothing is forecast: outlook has what is signed or given notice of, a trend which"
                " way it has gone. Try: outlook segment:smb 90d"
            ),
        ),
        (
            "who may see smb",
            (
                "who may see what is in /nrr access, or nrrbot access list."
                " Try: accounts segment:smb 2026-10"
            ),
        ),
        (
            "import list",
            (
                "files are imported where nrrbot runs: nrrbot import FILE; nrrbot import list says"
                " what landed. Try: last-month"
            ),
        ),
        (
            "share smb Q3",
            (
                "an answer to /nrr has Share to channel behind its buttons, and a mention of me is"
                " answered in its thread. Try: segment:smb 2026-Q3"
            ),
        ),
        (
            "chart of smb",
            (
                "answers come with their picture; a trend draws how the months before went."
                " Try: trend segment:smb 2025-11..2026-10 rolling-12m"
            ),
        ),
        (
            "what renews next month",
            "days ahead are counted: 30d, 90d, next-quarter or next-year. Try: renewals 30d",
        ),
        (
            "board Q3 2026",
            "the pack of a period is made by /nrr board, or nrrbot board. Try: full 2026-Q3",
        ),
        (
            "who has access",
            ("who may see what is in /nrr access, or nrrbot access list. Try: accounts 2026-10"),
        ),
        (
            "how is GRR calculated",
            "help example works NRR and GRR out, step by step. Try: last-month",
        ),
        (
            "how far are we from our goal",
            (
                "twelve months stand beside their peers and their goal; help benchmarks says how"
                " both are set. Try: ttm"
            ),
        ),
        (
            "playbook smb",
            (
                "what to do about whom is in the playbook: /nrr playbook, or nrrbot playbook."
                " Try: why segment:smb 2026-10"
            ),
        ),
        (
            "nrr without smb",
            (
                "nothing can be left out: ask for a part, and put vs rest behind it to see the"
                " others beside it. Try: segment:smb 2026-10"
            ),
        ),
        (
            "next quarter",
            (
                "days ahead are for renewals and the outlook; for the past type last-90-days."
                " Try: renewals 90d"
            ),
        ),
        (
            "smb peers",
            (
                "twelve months stand beside their peers and their goal; help benchmarks says how"
                " both are set. Try: segment:smb TTM-to-2026-10"
            ),
        ),
        ("help", "any group and period can be asked for, and split with by. Try: 2026-10"),
        ("hello", "ask for any group and period; help shows what else there is. Try: last-month"),
        (
            "northbeck 2026-Q3",
            (
                'I don\'t know "northbeck". If it is a customer, account has its card; help shows'
                " what can be asked. Try: account northbeck"
            ),
        ),
        (
            "segment:enterprize plan:growth March 2026",
            (
                'no segment is called "enterprize": did you mean enterprise?'
                " Try: segment:enterprise plan:growth 2026-03"
            ),
        ),
        (
            "smb Q3 2026 Q2 2026",
            (
                "Q3 2026 and Q2 2026 are two periods: give one, or put vs between them."
                " Try: segment:smb 2026-Q3 vs 2026-Q2"
            ),
        ),
        (
            "smb FY1",
            (
                "a fiscal year is typed with its year, as in FY26, and its quarters as in FY26-Q2."
                " Try: segment:smb FY25"
            ),
        ),
        (
            "fiscal Q2",
            (
                "a fiscal year is typed with its year, as in FY26, and its quarters as in FY26-Q2."
                " Try: last fiscal year"
            ),
        ),
        (
            "smb, enterprise and mid-market",
            ("two are compared at a time, and by segment shows all. Try: by segment last-quarter"),
        ),
        (
            "1970 vs a year ago",
            "1969 begins before 1970, and nobody has figures of then. Try: last-quarter",
        ),
        (
            "2026-12 to 2126-01",
            (
                "September 1927 to October 2026 begins before 1970, and nobody has figures of"
                " then. Try: last-quarter"
            ),
        ),
        (
            "are we above 100%?",
            (
                "an answer gives the level itself; alert help says how to hear when it falls below"
                " one. Try: ttm"
            ),
        ),
        (
            "what would it take to get smb to 110%?",
            (
                "why says what to work on first, and what a point of it is worth."
                " Try: why segment:smb 2026-10"
            ),
        ),
        (
            "what if smb churn improves 2 points",
            (
                "why says what to work on first, and what a point of it is worth."
                " Try: why segment:smb 2026-10"
            ),
        ),
        (
            "smb health score",
            (
                "why says how NRR and GRR stand together; at risk and ready to expand score"
                " accounts. Try: why segment:smb 2026-10"
            ),
        ),
        (
            "is 108.5% good for smb?",
            (
                "profile holds an NRR against the peers, as in profile 92%, and goal sets one."
                " Try: segment:smb TTM-to-2026-10"
            ),
        ),
        ("smb 09/2026", 'I don\'t know "09/2026": type 2026-09. Try: segment:smb 2026-09'),
        ("smb 2026/9", 'I don\'t know "2026/9": type 2026-09. Try: segment:smb 2026-09'),
        ("15.09.2026", 'I don\'t know "15.09.2026": type 2026-09-15. Try: 2026-09-15'),
        (
            "smb 01/02/2025",
            (
                'I don\'t know "01/02/2025": type 2025-02-01 or 2025-01-02.'
                " Try: segment:smb 2025-02-01"
            ),
        ),
        (
            "smb 12/31/2025",
            'I don\'t know "12/31/2025": type 2025-12-31. Try: segment:smb 2025-12-31',
        ),
        ("smb 3Q26", 'I don\'t know "3Q26": type Q3 2026. Try: segment:smb 2026-Q3'),
        ("Q3'26", "I don't know \"Q3'26\": type Q3 2026. Try: 2026-Q3"),
        ("2H 2025", 'I don\'t know "2H 2025": type H2 2025. Try: 2025-07..2025-12'),
        ("smb im Oktober", 'I don\'t know "im Oktober": type October. Try: segment:smb 2026-10'),
        (
            "smb Oktober 2025",
            'I don\'t know "Oktober 2025": type October 2025. Try: segment:smb 2025-10',
        ),
        (
            "smb 01.07.2026 - 30.09.2026",
            (
                'I don\'t know "01.07.2026 - 30.09.2026": type 2026-07-01..2026-09-30.'
                " Try: segment:smb 2026-07..2026-09"
            ),
        ),
        (
            "smb vom 1.7.2026 bis 30.9.2026",
            (
                'I don\'t know "vom 1.7.2026 bis 30.9.2026": type 2026-07-01..2026-09-30.'
                " Try: segment:smb 2026-07..2026-09"
            ),
        ),
        (
            "smb 07/01/2026-09/30/2026",
            (
                'I don\'t know "07/01/2026-09/30/2026": type 2026-07-01..2026-09-30.'
                " Try: segment:smb 2026-07..2026-09"
            ),
        ),
        (
            "smb depuis juillet",
            'I don\'t know "depuis juillet": type since July. Try: segment:smb 2026-07..2026-10',
        ),
        ("smb 3. Quartal", 'I don\'t know "3. Quartal": type Q3. Try: segment:smb 2026-Q3'),
        ("T3 2026", 'I don\'t know "T3 2026": type Q3 2026. Try: 2026-Q3'),
        ("smb q 3", 'I don\'t know "q 3": type Q3. Try: segment:smb 2026-Q3'),
        ("smb sep '26", "I don't know \"sep '26\": type September 2026. Try: segment:smb 2026-09"),
        (
            "smb sep 26",
            ('I don\'t know "sep 26": type September 2026 or 2026-09-26. Try: segment:smb 2026-09'),
        ),
        ("smb oct 15", 'I don\'t know "oct 15": type 2026-10-15. Try: segment:smb 2026-10-15'),
        # no month of 2031, or of December to come, has figures yet
        ("smb may 31", 'I don\'t know "may 31": type 2026-05-31. Try: segment:smb 2026-05-31'),
        ("smb dec 26", 'I don\'t know "dec 26": type 2025-12-26. Try: segment:smb 2025-12-26'),
        ("smb oct. 5", 'I don\'t know "oct. 5": type 2026-10-05. Try: segment:smb 2026-10-05'),
        ("smb 15.10.26", 'I don\'t know "15.10.26": type 2026-10-15. Try: segment:smb 2026-10-15'),
        ("smb 20261005", 'I don\'t know "20261005": type 2026-10-05. Try: segment:smb 2026-10-05'),
        (
            "churn in the week of oct 7",
            (
                'I don\'t know "week of oct 7": type 2026-10-05..2026-10-11.'
                " Try: full 2026-10-05..2026-10-11"
            ),
        ),
        (
            "week of 2026-10-07",
            (
                'I don\'t know "week of 2026-10-07": type 2026-10-05..2026-10-11.'
                " Try: 2026-10-05..2026-10-11"
            ),
        ),
        (
            "smb oct 5 vs sep 5",
            ('I don\'t know "oct 5": type 2026-10-05. Try: segment:smb 2026-10-05 vs 2026-09-05'),
        ),
        (
            "smb after october",
            (
                "a period begins and ends: name one, or put .. between its first and last month."
                " Try: segment:smb 2026-10"
            ),
        ),
        ("smb chrun", 'I don\'t know "chrun": did you mean churn? Try: full segment:smb 2026-10'),
        (
            "trned",
            'I don\'t know "trned": did you mean trend? Try: trend last-quarter',
        ),
        (
            "q3 as a pdf",
            "the pack of a period is made by /nrr board, or nrrbot board. Try: full 2026-Q3",
        ),
        (
            "remind me every monday",
            "digest help says how a channel gets this every week, or once a month. Try: last-month",
        ),
        (
            "is smb below target",
            (
                "twelve months stand beside their peers and their goal; help benchmarks says how"
                " both are set. Try: segment:smb TTM-to-2026-10"
            ),
        ),
        (
            "what is 1 point worth",
            "why says what to work on first, and what a point of it is worth. Try: why 2026-10",
        ),
        (
            "topline vs nrr",
            (
                "the full answer has how total MRR grew, new and returning customers included,"
                " beside NRR. Try: full ttm"
            ),
        ),
        (
            "smb/enterprise q3",
            (
                'I don\'t know "smb/enterprise": put spaces between words.'
                " Try: segment:smb 2026-Q3 vs segment:enterprise"
            ),
        ),
        (
            "smb,last-quarter",
            'I don\'t know "smb,last-quarter": put spaces between words. Try: segment:smb 2026-Q3',
        ),
        (
            "new customers vs churned",
            "new and churned are two lists: ask for one. Try: accounts new last-quarter",
        ),
        (
            "top 3 and top 5 customers",
            "top 3 and top 5 are two lengths: give one. Try: accounts last-quarter top 3",
        ),
        ("annual churn", 'I don\'t know "annual": type ttm. Try: full TTM-to-2026-10'),
        ("how do i set an alert", "alert help says how to hear of a drop. Try: last-month"),
        (
            "pause the digest",
            (
                "/nrr alerts and /nrr digests list what is sent, each with how to end it."
                " Try: last-month"
            ),
        ),
        (
            "settings",
            (
                "/nrr profile and /nrr goal hold what administrators have set, /nrr alerts and"
                " /nrr digests what is sent; all else is in .env, where nrrbot runs."
                " Try: last-month"
            ),
        ),
        ("février 2026", 'I don\'t know "février 2026": type February 2026. Try: 2026-02'),
        (
            "smb last week",
            'I don\'t know "last week": type last-7-days. Try: segment:smb 2026-11-14..2026-11-20',
        ),
        (
            "smb 15. März 2026",
            'I don\'t know "15. März 2026": type 2026-03-15. Try: segment:smb 2026-03-15',
        ),
        (
            "smb 2026-W45",
            (
                'I don\'t know "2026-W45": type 2026-11-02..2026-11-08.'
                " Try: segment:smb 2026-11-02..2026-11-08"
            ),
        ),
        (
            "smb october 5",
            'I don\'t know "october 5": type 2026-10-05. Try: segment:smb 2026-10-05',
        ),
        (
            "smb 5th of october 2026",
            'I don\'t know "5th of october 2026": type 2026-10-05. Try: segment:smb 2026-10-05',
        ),
        (
            "smb december 5",
            'I don\'t know "december 5": type 2025-12-05. Try: segment:smb 2025-12-05',
        ),
        (
            "smb oct 1 - oct 15",
            (
                'I don\'t know "oct 1 - oct 15": type 2026-10-01..2026-10-15.'
                " Try: segment:smb 2026-10-01..2026-10-15"
            ),
        ),
        (
            "smb dec 20 to jan 5 2026",
            (
                'I don\'t know "dec 20 to jan 5 2026": type 2025-12-20..2026-01-05.'
                " Try: segment:smb 2025-12-20..2026-01-05"
            ),
        ),
        (
            "smb from 5 march 2026 to 20 june 2026",
            (
                'I don\'t know "from 5 march 2026 to 20 june…": type 2026-03-05..2026-06-20.'
                " Try: segment:smb 2026-03-05..2026-06-20"
            ),
        ),
        (
            "smb week 45",
            (
                'I don\'t know "week 45": type 2026-11-02..2026-11-08.'
                " Try: segment:smb 2026-11-02..2026-11-08"
            ),
        ),
        (
            "smb KW45",
            (
                'I don\'t know "KW45": type 2026-11-02..2026-11-08.'
                " Try: segment:smb 2026-11-02..2026-11-08"
            ),
        ),
        (
            "smb letztes Quartal",
            'I don\'t know "letztes Quartal": type last-quarter. Try: segment:smb 2026-Q3',
        ),
        ("this week", 'I don\'t know "week": type last-7-days. Try: 2026-11-14..2026-11-20'),
        (
            "smb last 2 weeks",
            (
                'I don\'t know "last 2 weeks": type last-14-days.'
                " Try: segment:smb 2026-11-07..2026-11-20"
            ),
        ),
        ("smb 3Q26 blorb", 'I don\'t know "3Q26": type Q3 2026. Try: Q3 2026'),
        (
            "smb 2026-03..2026-01",
            (
                "that range ends before it begins; put the earlier end first."
                " Try: segment:smb 2026-01..2026-03"
            ),
        ),
        (
            "none last-quarter",
            "accounts lack a value of one dimension: say which. Try: segment:(none) 2026-Q3",
        ),
        (
            '"enterprise last-quarter',
            ('a quote opens at "enterprise" and does not close. Try: segment:enterprise 2026-Q3'),
        ),
        ("rule of 40", "that is not worked out here, only retention is. Try: ttm"),
        (
            "12m",
            (
                "months like that are for a trend: add the word, or name a period such as"
                " last-12-months. Try: trend last-12-months"
            ),
        ),
    ],
)
def test_what_people_try_leads_to_what_does_it(text: str, sentence: str) -> None:
    assert refusal(text) == sentence
    ask(sentence.split("Try: ")[1])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "export smb Q3",
            "the full answer has all figures, to the cent. Try: full segment:smb 2026-Q3",
        ),
    ],
)
def test_who_may_not_list_accounts_is_led_elsewhere(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_question(text, vocabulary=LEDGER, today=TODAY, lists_accounts=False)

    assert str(raised.value) == sentence
