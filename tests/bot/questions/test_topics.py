import pytest

from tests.bot.questions.test_sides import ask, refusal


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("churn last month", "that is a part of the full answer. Try: full 2026-10"),
        (
            "smb churn last-quarter",
            "that is a part of the full answer. Try: full segment:smb 2026-Q3",
        ),
        (
            "export smb Q3",
            (
                "files are written at the command line: nrrbot ask with --cohort FILE.csv writes"
                " every account of a question, --json all of its figures."
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
            "which segment is worst?",
            (
                "by splits, the costliest first, and accounts lists those that moved the most."
                " Try: 2026-10 by segment"
            ),
        ),
        (
            "nrr of the starter plan in Q3",
            (
                "plan is a dimension: type by plan to split by it, or plan:VALUE for one."
                " Try: plan:starter 2026-Q3"
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
            "what changed since Q3",
            (
                "a period has an end: name one, or put .. between its first and last month."
                " Try: why 2026-Q3"
            ),
        ),
        (
            "next quarter",
            (
                "days ahead are for renewals and the outlook; for the past type last-90-days."
                " Try: renewals 90d"
            ),
        ),
        ("help", "any group and period can be asked for, and split with by. Try: 2026-10"),
        ("hello", "ask for any group and period; help shows what else there is. Try: 2026-10"),
        (
            "losses of smb in Q3?",
            "accounts lists those that moved the most. Try: accounts segment:smb 2026-Q3",
        ),
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
            "smb Q3 2026 and Q2 2026",
            (
                "Q3 2026 and Q2 2026 are two periods: give one, or put vs between them."
                " Try: segment:smb 2026-Q3 vs 2026-Q2"
            ),
        ),
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
