"""The fixed phrases of the grammar, folded, with those of everyday speech."""

from collections.abc import Mapping

from bot.questions.everyday import EVERYDAY
from bot.questions.kinds import Kind
from bot.questions.outcomes import MOVED

_GRAMMAR: Mapping[Kind, tuple[str, ...]] = {
    Kind.BY: ("by", "per", "split by", "grouped by", "broken down by"),
    Kind.ARR: ("arr", "in arr", "as arr", "by arr", "annual recurring revenue"),
    Kind.COMPANY: ("company", "whole company", "overall", "everyone", "total"),
    Kind.TREND: ("trend", "trends", "over time", "history"),
    Kind.WINDOW: ("monthly",),
    Kind.FULL: (
        *("full", "full answer", "in full", "in detail", "details", "how sure", "confidence"),
        *("accurate", "reliable", "trust", "i trust", "can i trust"),
        *("confidence interval", "interval", "without the largest account"),
        *("without the largest customer", "without the biggest account"),
        *("without the biggest customer", "without our largest account"),
        *("without our largest customer", "without our biggest customer"),
    ),
    Kind.WHY: (
        *("why", "explain", "what happened", "what changed", "what moved", "what drove"),
        *("what made", "reason", "reasons", "how come", "noise", "just noise", "unusual"),
        *("normal", "significant", "usual", "below usual", "below its usual", "above usual"),
        *(
            "above its usual",
            "went wrong",
            "wrong",
            "by reason",
            "by reasons",
            "by driver",
            "by drivers",
            "by cause",
        ),
        *(
            f"why {do} {whom} {leave}"
            for do, leaves in (
                ("do", ("leave", "churn", "cancel")),
                ("did", ("leave", "churn", "cancel")),
                ("are", ("leaving", "churning", "cancelling", "canceling")),
            )
            for whom in ("customers", "our customers", "accounts", "clients", "people", "they")
            for leave in leaves
        ),
        *(
            f"why {lose} {whom}"
            for lose in ("are we losing", "do we lose", "did we lose")
            for whom in ("customers", "accounts", "clients")
        ),
    ),
    Kind.ACCOUNTS: (
        *("accounts", "top accounts", "which accounts", "customers", "which customers", "who"),
        *("who's", "who is", "who are", "who has", "who have"),
        *("top customers", "account list", "customer list", "list of accounts", "names", "clients"),
    ),
    Kind.AT_RISK: (
        *("at risk", "accounts at risk", "customers at risk", "who is at risk", "risk", "risks"),
        *("at risk accounts", "likely to churn", "about to churn", "about to leave"),
        *("who should i call", "who should we call", "who to call", "who should i call first"),
        *("who should we call first", "who to call first"),
    ),
    Kind.READY: (
        *("ready to expand", "accounts ready to expand", "customers ready to expand"),
        *("who is ready to expand", "ready to grow", "ready for expansion", "upsell candidates"),
        *("expansion candidates", "expansion opportunities"),
    ),
    Kind.COHORTS: (
        *("cohorts", "cohort", "sign up cohorts", "signup cohorts", "sign ups", "signups"),
        *("cohort retention", "new customer retention", "retention curve", "retention curves"),
        *("do new customers churn", "new customer churn", "survival curve"),
        *("customer lifetime", "how long do customers stay", "how long do accounts stay"),
        *(
            f"{of} of {whom} {who} {did}"
            for of in ("nrr", "grr", "retention")
            for whom in ("accounts", "customers")
            for who in ("who", "that")
            for did in ("joined", "signed up", "started")
        ),
    ),
    Kind.EARLY: ("early churn", "first 90 days", "90 day churn"),
    Kind.MIGRATION: (
        *("migration", "migrations", "plans", "plan changes", "plan migration", "plan moves"),
        *("migration matrix",),
    ),
    Kind.RENEWALS: (
        *("renewals", "renewal", "renewing", "renew", "renews", "up for renewal", "renewal rate"),
        *("renewal calendar", "upcoming renewals", "comes up for renewal", "come up for renewal"),
        *("coming up for renewal", "due for renewal", "unsigned renewals", "open renewals"),
        *("overdue renewals", "late renewals"),
    ),
    Kind.OUTLOOK: (
        *("contracted arr", "contracted mrr", "carr", "cmrr"),
        *("outlook", "pending churn", "what is coming", "what's coming", "coming"),
    ),
    Kind.EACH_MONTH: ("by month",),
    Kind.EACH_QUARTER: ("by quarter", "quarterly"),
    Kind.EACH_YEAR: ("by year", "yearly"),
    Kind.NEXT_QUARTER: ("next quarter",),
    Kind.NEXT_YEAR: ("next year",),
    Kind.VERSUS: (
        *("vs", "versus", "against", "compared to", "compared with", "in comparison to"),
        *("in comparison with", "than", "compare to", "compare with", "compares to"),
        *("compares with", "relative to", "different from"),
    ),
    Kind.REST: ("rest", "the rest", "others", "the others", "everyone else", "everybody else"),
    Kind.YEAR_AGO: (
        *("a year ago", "year ago", "a year before", "a year earlier", "last year's"),
        *("same period last year", "same month last year", "same quarter last year"),
        *("same time last year", "same period a year ago", "same month a year ago"),
        *("last year same period", "last year same month", "last year same quarter"),
        *("last year same time", "this time last year", "prior year", "the year before"),
        *("same quarter a year ago", "same time a year ago"),
    ),
    Kind.BEFORE: (
        *("the one before", "one before", "the month before", "the quarter before"),
        *("the period before", "previous period", "the previous one", "prior period"),
        *("prior month", "prior quarter", "preceding period"),
    ),
    Kind.USAGE: ("incl. usage", "incl usage", "including usage", "with usage"),
    Kind.CURRENT: ("basis current", "current basis", "today's groups", "of today's groups"),
}
PHRASES: Mapping[str, Kind] = {
    spelled: kind
    for kind, phrases in (*_GRAMMAR.items(), *EVERYDAY.items())
    for phrase in phrases
    for spelled in (phrase, phrase.replace("'", ""))  # thumbs leave it out: "whats coming"
}
"""The fixed phrases of the grammar, folded."""
_SHORTEST_KEYWORD = 5
_ASKING = frozenset(
    (
        *(Kind.TREND, Kind.WHY, Kind.ACCOUNTS, Kind.AT_RISK, Kind.READY, Kind.COHORTS, Kind.PART),
        *(Kind.MIGRATION, Kind.RENEWALS, Kind.OUTLOOK, Kind.MOVED, Kind.REASON),
    )
)
KEYWORDS = tuple(
    phrase
    for phrase, kind in (*PHRASES.items(), *dict.fromkeys(MOVED, Kind.MOVED).items())
    if len(phrase) >= _SHORTEST_KEYWORD and phrase.isalpha()
    if kind in _ASKING
)
"""Single words that ask for something, which may be misspelled."""
LONGEST_PHRASE = max(len(phrase.split()) for phrase in (*PHRASES, *MOVED))  # in words
