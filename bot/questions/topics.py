"""Words that people try and that are no question, and what does what they are after."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """What to say to a word, the word of the grammar that takes its place, and an example."""

    sentence: str
    word: str
    example: str


_PARTS = Topic("that is a part of the full answer.", "full", "full last-quarter")
_ACCOUNTS = Topic("accounts lists those that moved the most.", "accounts", "accounts last-quarter")
_FILE = Topic(
    "files are written at the command line: nrrbot ask with --cohort FILE.csv writes every account"
    " of a question, --json all of its figures.",
    "accounts",
    "accounts last-quarter",
)
_FORECAST = Topic(
    "nothing is forecast: a trend shows which way it has gone.", "trend", "trend last-24-months"
)
_GREETING = Topic(
    "ask for any group and period; help shows what else there is.", "", "last-quarter"
)
_DIGEST = Topic("digest help says how a channel gets this every week.", "", "last-month")
_ALERT = Topic("alert help says how to hear of a drop.", "", "last-month")

TOPICS: Mapping[str, Topic] = {
    word: topic
    for topic, words in {
        _PARTS: "churn, churn rate, contraction, expansion, downgrades, upgrades, new, logo, logos,"
        " quick ratio, logo retention, cohort, details of, breakdown, upsell",
        _ACCOUNTS: "who, left, churned, lost, leaving, names, clients, which, cancelled, losses",
        _FILE: "export, download, csv, excel, xlsx, pdf, spreadsheet, json",
        _FORECAST: "forecast, predict, prediction, projection, outlook, expected, future",
        _GREETING: "hello, hi, hey, thanks, thank you, good morning, ok, test, ping, start",
        _DIGEST: "digest, weekly, subscribe, every week, every monday, report",
        _ALERT: "alert, alerts, alarm, notify, tell, warn, remind",
    }.items()
    for word in words.split(", ")
}
"""Topics by folded word."""
