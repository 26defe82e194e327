"""The fixed phrases of the grammar, and what everyday words stand for."""

from collections.abc import Mapping
from enum import StrEnum

from metrics.moved import Moved


class Kind(StrEnum):
    """The kind of a phrase in a question."""

    BY = "by"
    SCOPE = "scope"
    PERIOD = "period"
    ARR = "arr"
    COMPANY = "company"
    TREND = "trend"
    FULL = "full"
    WHY = "why"
    ACCOUNTS = "accounts"
    CARD = "account"
    AT_RISK = "at-risk"
    READY = "ready-to-expand"
    MOVED = "moved"
    TOP = "top"
    PAGE = "page"
    COHORTS = "cohorts"
    MIGRATION = "migration"
    RENEWALS = "renewals"
    OUTLOOK = "outlook"
    EACH_MONTH = "each month"
    EACH_QUARTER = "each quarter"
    EACH_YEAR = "each year"
    AHEAD = "ahead"
    NEXT_QUARTER = "next quarter"
    NEXT_YEAR = "next year"
    VERSUS = "versus"
    REST = "rest"
    YEAR_AGO = "year ago"
    BEFORE = "before"
    MONTHS = "months"
    WINDOW = "window"
    USAGE = "usage"
    CURRENT = "current"
    CURRENCY = "currency"
    DIMENSION = "dimension"
    AND = "and"
    COMPARE = "compare"
    MINE = "mine"
    PART = "part"
    ARR_LEVEL = "arr level"
    REASON = "reason"
    COURSE = "course"
    YEAR_OVER_YEAR = "year over year"
    LAST_MONTH = "last-month"
    LAST_QUARTER = "last-quarter"
    FILLER = "filler"


_PHRASES: Mapping[Kind, tuple[str, ...]] = {
    Kind.BY: ("by", "per", "split by", "grouped by", "broken down by"),
    Kind.ARR: ("arr", "in arr", "as arr", "annual recurring revenue"),
    Kind.COMPANY: ("company", "whole company", "overall", "everyone", "total"),
    Kind.TREND: ("trend", "trends", "over time", "history"),
    Kind.WINDOW: ("monthly",),
    Kind.FULL: (
        *("full", "full answer", "in full", "in detail", "details", "how sure", "confidence"),
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
    ),
    Kind.ACCOUNTS: (
        *("accounts", "top accounts", "which accounts", "customers", "which customers", "who"),
        *("top customers", "account list", "list of accounts", "names", "clients"),
        *("biggest loss", "biggest losses", "largest loss", "largest losses"),
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
        *("early churn", "cohort retention", "first 90 days", "90 day churn"),
        *("do new customers churn", "new customer churn", "new customer retention"),
        *("customer lifetime", "how long do customers stay", "how long do accounts stay"),
        *(
            f"{of} of {whom} {who} {did}"
            for of in ("nrr", "grr", "retention")
            for whom in ("accounts", "customers")
            for who in ("who", "that")
            for did in ("joined", "signed up", "started")
        ),
    ),
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
    Kind.YEAR_OVER_YEAR: ("yoy", "y/y", "year over year", "year on year"),
    Kind.LAST_MONTH: ("mom", "m/m", "month over month", "month on month"),
    Kind.LAST_QUARTER: ("qoq", "q/q", "quarter over quarter", "quarter on quarter"),
    Kind.AND: ("and", "&", "or"),
    Kind.COMPARE: (
        *("compare", "comparing", "comparison", "comparison of", "difference", "differences"),
        *("difference between", "gap", "gap between", "differ", "between"),
    ),
    Kind.REASON: (
        *("drivers", "driver", "driving", "drives", "drove", "cause", "causes", "caused"),
        *("price increase", "price increases", "price rise", "pricing", "should we do"),
        *("to do", "work on", "focus on", "fix"),
    ),
    Kind.COURSE: (
        *("getting better", "getting worse", "improving", "worsening", "trending", "direction"),
        *("going up", "going down", "growing", "shrinking", "declining"),
    ),
    Kind.MINE: ("my accounts", "my customers", "my clients", "my book", "my book of business"),
    Kind.PART: (
        *("churn", "churn rate", "expansion rate", "contraction rate", "churning", "churns"),
        *("contraction", "contracting", "downgrade", "downgrades", "downsell", "downsells"),
        *("expansion", "expansions", "expand", "expands", "expanding", "upgrade", "upgrades"),
        *("upsell", "upsells", "cross sell", "logo", "logos", "logo retention"),
        *("customer retention", "customer churn", "account churn", "revenue churn", "mrr churn"),
        *("gross churn", "net churn", "gross revenue churn", "net revenue churn"),
        *("gross mrr churn", "net mrr churn", "quick ratio", "net new mrr", "new mrr", "net new"),
        *("existing customers", "existing", "breakdown", "waterfall", "mrr waterfall", "bridge"),
        *("mrr bridge", "movements", "mrr movements", "growth rate", "revenue growth"),
        *("mrr growth", "revenue growth rate", "mrr growth rate", "what is our mrr"),
        *("what's our mrr", "total mrr", "current mrr", "lose", "loses", "losing", "loss"),
        *("losses", "how many customers", "how many accounts", "how many logos"),
        *("churned mrr", "churned revenue", "lost mrr", "lost revenue", "lost arr"),
        *("number of customers", "number of accounts", "concentrated", "concentration"),
        *("what share", "share of revenue", "share of mrr", "share of arr", "details of"),
    ),
    Kind.ARR_LEVEL: (
        *("what is our arr", "what's our arr", "how much arr", "total arr", "current arr"),
        *("arr growth", "arr growth rate"),
    ),
    Kind.FILLER: (
        *("nrr", "ndr", "dbnr", "grr", "mrr", "monthly recurring revenue", "retention"),
        *("net revenue retention", "net dollar retention", "gross revenue retention"),
        *("dollar based net retention", "net retention", "gross retention", "revenue retention"),
        *("a", "an", "the", "our", "my", "for", "in", "of", "on", "over", "during", "at"),
        *("from", "to", "with", "what", "what's", "was", "is", "show", "me", "give"),
        *("please", "segment's", "company's", "how", "did", "does", "do", "doing", "has", "have"),
        *("are", "it", "go", "going", "gone", "went", "up", "down", "fall", "fell", "fallen"),
        *("drop", "dropped", "decline", "declined", "decrease", "decreased", "rise", "rose"),
        *("risen", "grow", "grew", "grown", "increase", "increased", "improve", "improved"),
        *("change", "changed", "move", "moved", "so", "much", "many", "we", "us", "i", "you"),
        *("worst", "best", "biggest", "largest", "lowest", "highest", "top", "weakest", "which"),
        *("strongest", "most", "least", "more", "less", "better", "worse", "good", "bad", "ok"),
        *("okay", "fine", "healthy", "low", "high", "looking", "look", "about", "leaking", "leak"),
        *("leaks", "leaky bucket", "where"),
        *("performing", "perform", "performance", "numbers", "figures", "results", "now"),
        *("currently", "current", "today", "so far", "recently", "lately", "end", "the end of"),
        *("revenue", "money", "cost", "costs", "coming", "get", "getting", "see", "tell me"),
        *("can", "should", "worry", "worried", "be", "been", "there", "any", "by far", "just"),
        *("ones", "one", "them", "that", "this", "and what", "as a", "as an", "owned by"),
        *("managed by", "comes", "comes from", "came from", "fastest", "slowest"),
        *("keep", "keeps", "kept", "number", "number of", "got", "anything", "news", "big"),
        *("without usage", "excluding usage", "excl. usage", "excl usage", "ex usage", "no usage"),
        *("committed", "committed mrr", "committed arr"),
        *("how's", "how's business", "how is business", "headline", "headlines", "tldr"),
        *("summary", "overview", "snapshot", "recap", "highlights"),
    ),
}
_MOVED: Mapping[Moved, tuple[str, ...]] = {
    Moved.CHURNED: (
        *("churned", "cancelled", "canceled", "left", "lost", "leaving", "biggest churn"),
        *("biggest churns", "largest churn", "largest churns", "top churns", "cancellations"),
        *("lose anyone", "lose anybody", "lose any customers", "lose any accounts"),
    ),
    Moved.CONTRACTED: (
        *("contracted", "shrank", "shrunk", "downgraded", "biggest downgrade"),
        *("biggest downgrades", "largest downgrade", "largest downgrades"),
    ),
    Moved.EXPANDED: (
        *("expanded", "upgraded", "biggest upgrade", "biggest upgrades", "largest upgrade"),
        *("largest upgrades", "biggest expansion", "biggest expansions", "largest expansion"),
        *("largest expansions",),
    ),
    Moved.NEW: (
        "new",
        "won",
        "joined",
        "signed up",
        "new business",
        "wins",
        "biggest win",
        "biggest wins",
    ),
    Moved.RETURNED: (
        *("returned", "reactivated", "won back", "came back", "reactivation", "reactivations"),
        *("win backs", "winbacks"),
    ),
    Moved.RESUMED: ("resumed",),
    Moved.PAUSED: ("paused", "pauses"),
}
OF_ACCOUNTS = "accounts "
"""Beginnings of the phrases of `MOVED` that mean nothing else, whatever a value is called."""
MOVED: Mapping[str, Moved] = {
    phrase: moved
    for moved, words in _MOVED.items()
    for word in words
    for phrase in (
        *(word, f"who {word}", f"{OF_ACCOUNTS}{word}", f"customers {word}"),
        *(f"{word} accounts", f"{word} customers"),
    )
}
"""The phrases for what became of accounts, folded."""
IN = "in"
"""The word before a currency."""
MAY = frozenset({"may i", "may see"})
"""Phrases in which May is no month."""
RANKED = frozenset(
    (
        *("which", "what", "each", "every", "all", "across", "all the", "the different"),
        *("worst", "best", "top", "biggest", "largest", "weakest", "strongest", "lowest"),
        *("highest", "worst performing", "best performing", "fastest growing"),
    )
)
"""Phrases that ask for the values of the dimension that follows."""
LACKING = frozenset(
    f"{said}{article}"
    for said in (
        "without",
        "with no",
        "have no",
        "has no",
        "no",
        "lack",
        "lacks",
        "lacking",
        "missing",
    )
    for article in ("", " a", " an", " any")
)
"""Phrases that ask for the accounts without a value of the dimension that follows."""
CURRENCY_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("euro", "euros", "€"), "EUR"),
    **dict.fromkeys(("dollar", "dollars", "us dollars", "$"), "USD"),
    **dict.fromkeys(("pound", "pounds", "pounds sterling", "sterling", "£"), "GBP"),
    **dict.fromkeys(("yen", "¥"), "JPY"),
    **dict.fromkeys(("franc", "francs", "swiss francs"), "CHF"),
}
"""Currencies by the folded names that people call them."""
OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "acv_tier": (
        *("customer size", "account size", "company size", "contract size", "deal size"),
        *("size", "size band", "acv", "acv band", "contract value"),
    ),
    "tenure": ("age", "customer age", "account age"),
    "owner": ("account manager", "account owner", "csm", "customer success manager", "rep"),
    "industry": ("vertical", "sector"),
    "region": ("geo", "geography", "country"),
    "channel": ("source", "acquisition channel"),
    "segment": ("customer segment",),
    "plan": ("package", "pricing plan"),
    "product": ("product line",),
}
"""Other names of dimensions, for those that a ledger has under the first."""
PHRASES: Mapping[str, Kind] = {
    phrase: kind for kind, phrases in _PHRASES.items() for phrase in phrases
}
"""The fixed phrases of the grammar, folded."""
LONGEST_PHRASE = max(len(phrase.split()) for phrase in (*PHRASES, *MOVED))  # in words
