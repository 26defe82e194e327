"""Words that people try and that are no question, and what does what they are after."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.questions.names import MAY


@dataclass(frozen=True, slots=True)
class Topic:
    """The sentence about a word that people try, words that may take its place, and an example.

    ``without_accounts`` is what those read who may not list accounts.
    """

    sentence: str
    example: str
    words: tuple[str, ...] = ()
    without_accounts: "Topic | None" = None

    @property
    def is_period(self) -> bool:
        """Whether the example is a period, in a word that says when."""
        return " " not in self.example


_RENEWALS = Topic(
    "renewals lists what is up for renewal, by the contracts that were imported.",
    "renewals 90d",
    ("renewals",),
)
_WITHOUT_TERMS = Topic(
    "renewals is of the accounts that have a contract; those without one are in no list.",
    "renewals 90d",
    ("renewals",),
)
_PAYING = Topic(
    "accounts are not picked by what they pay or in which currency: top 20 customers lists the"
    " largest, by acv-tier groups all by size, and in USD says an answer in dollars.",
    "top 20 customers",
    ("top 20",),
    Topic(
        "by acv-tier groups accounts by what they pay, and in USD says an answer in dollars.",
        "by acv-tier last-quarter",
        ("by acv-tier",),
    ),
)
_TOP_SHARE = Topic(
    "value tiers go by the share of MRR: high has the accounts that carry the top 20% of it.",
    "by value-tier last-quarter",
    ("value-tier:high",),
)
_AVERAGE = Topic(
    "averages are not worked out: the full answer has MRR and how many accounts were kept.",
    "full last-quarter",
    ("full",),
)
_REASONS = Topic(
    "why adds up the reasons that were given, and accounts churned has that of each.",
    "why last-quarter",
    ("why",),
    Topic("why adds up the reasons that were given.", "why last-quarter", ("why",)),
)
_WHEN = Topic(
    "a trend has the months, renewals what contracts end when, and alert help says how to hear of"
    " a drop.",
    "trend",
    ("trend", ""),
)
_FILE = Topic(
    "a list of accounts has a button for its file; at the command line nrrbot ask with --csv"
    " FILE.csv writes every account of a question, --json all of its figures.",
    "accounts last-quarter",
    ("accounts",),
    Topic("the full answer has all figures, to the cent.", "full last-quarter", ("full",)),
)
_FORECAST = Topic(
    "nothing is forecast: outlook has what is signed or given notice of, a trend which way it has"
    " gone.",
    "outlook 90d",
    ("outlook", "trend"),
)
_NOT_ADDED = Topic(
    "two groups are not added up: vs sets one beside the other, and by has all of them.",
    "by segment last-quarter",
    ("",),
)
_TENURE = Topic(
    "tenure groups accounts by how long they have paid.", "by tenure last-quarter", ("by tenure",)
)
_STAYING = Topic(
    "cohorts have how much of each month's sign-ups is kept, and how many stay.",
    "cohorts",
    ("cohorts",),
)
_RUN_RATE = Topic(
    "a month's full answer has its annualised run rate, and annualise 98% converts any.",
    "full last-month",
    ("full",),
)
_USAGE = Topic(
    "at risk and ready to expand go by usage, too, and incl. usage adds what it was billed.",
    "ready to expand",
    ("ready to expand",),
)
_EACH_MONTH = Topic(
    "by month has how each month went.", "trend monthly", ("by month", "trend monthly")
)
_ALL_TIME = Topic(
    "a trend goes back for up to 60 months.", "trend last-60-months", ("trend last-60-months",)
)
_NEVER_NEW = Topic(
    "NRR is of those who paid when the period began: the full answer has new customers beside it.",
    "full last-quarter",
    ("full",),
)
_RESTATED = Topic(
    "nrrbot audit pack has what channels were shown beside what it is by now; nrrbot ask with"
    " --as-of answers from what was known then.",
    "last-month",
)
_ENDING = Topic(
    "/nrr alerts and /nrr digests list what is sent, each with how to end it.", "last-month"
)
_PARTS = Topic(
    "a split says how much of opening MRR each part is.",
    "by segment last-quarter",
    ("by segment",),
)
_NEXT_PAGE = Topic(
    "page 2 behind a list goes on with it.", "accounts last-month page 2", ("accounts page 2",)
)
_DATA_END = Topic(
    "each answer ends with the month through which it is closed; /nrr data, or nrrbot data, says"
    " what is missing.",
    "last-month",
)
_OTHER_SYSTEM = Topic(
    "nrrbot data --reconcile FILE compares this ledger with another system's export, and says where"
    " they differ.",
    "last-month",
)
_ROW = Topic(
    "months in a row are what an alert takes; a trend has how each went.", "trend", ("trend", "")
)
_LEFT_OUT = Topic(
    "nothing can be left out: ask for a part, and put vs rest behind it to see the others beside"
    " it.",
    "last-quarter",
)
_DAYS_AHEAD = Topic(
    "days ahead are counted: 30d, 90d, next-quarter or next-year.", "renewals 30d", ("30d",)
)
_PLAYBOOK = Topic(
    "what to do about whom is in the playbook: /nrr playbook, or nrrbot playbook.",
    "at risk",
    ("why",),
)
_BOARD = Topic(
    "the pack of a period is made by /nrr board, or nrrbot board.",
    "full last-quarter",
    ("full",),
)
_SINCE = Topic(
    "a period begins and ends: name one, or put .. between its first and last month.",
    "last-quarter",
)
_LEVEL = Topic(
    "an answer gives the level itself; alert help says how to hear when it falls below one.",
    "ttm",
    ("ttm",),
)
_LEVER = Topic(
    "why says what to work on first, and what a point of it is worth.", "why last-quarter", ("why",)
)
_TOPLINE = Topic(
    "the full answer has how total MRR grew, new and returning customers included, beside NRR.",
    "full ttm",
    ("full",),
)
_SETTINGS = Topic(
    "/nrr profile and /nrr goal hold what administrators have set, /nrr alerts and /nrr digests"
    " what is sent; all else is in .env, where nrrbot runs.",
    "last-month",
)
_ELSEWHERE = Topic("that is not worked out here, only retention is.", "ttm", ("ttm",))
_GREETING = Topic("ask for any group and period; help shows what else there is.", "last-month")
_PEERS = Topic(
    "twelve months stand beside their peers and their goal; help benchmarks says how both are set.",
    "ttm",
    ("ttm",),
)
_STANDING = Topic(
    "why says how NRR and GRR stand together; at risk and ready to expand score accounts.",
    "why last-quarter",
    ("why",),
    Topic("why says how NRR and GRR stand together.", "why last-quarter", ("why",)),
)
_BESIDE = Topic(
    "profile holds an NRR against the peers, as in profile 92%, and goal sets one.",
    "ttm",
    ("ttm",),
)
_HELP = Topic("any group and period can be asked for, and split with by.", "last-quarter")
_IMPORT = Topic(
    "files are imported where nrrbot runs: nrrbot import FILE; nrrbot import list says what"
    " landed.",
    "last-month",
)
_ACCESS = Topic("who may see what is in /nrr access, or nrrbot access list.", "last-month")
_DEFINITIONS = Topic("help example works NRR and GRR out, step by step.", "last-month")
_FISCAL = Topic(
    "a fiscal year is typed with its year, as in FY26, and its quarters as in FY26-Q2.",
    "last fiscal year",
    ("last fiscal year",),
)
_SHARE = Topic(
    "an answer to /nrr has Share to channel behind its buttons, and a mention of me is answered in"
    " its thread.",
    "last-month",
)
_CHART = Topic(
    "answers come with their picture; a trend draws how the months before went.",
    "trend",
    ("trend",),
)
_DIGEST = Topic(
    "digest help says how a channel gets this every week, or once a month.", "last-month"
)
_ALERT = Topic("alert help says how to hear of a drop.", "last-month")

PERCENT, TOP_PERCENT, AMOUNT = "%", "top %", "$"
"""Name the topics of a level that is typed in percent, of a share of accounts, and of money."""
TOPICS: Mapping[str, Topic] = {
    word: topic
    for topic, words in {
        _RENEWALS: "contracts, contract, expiring, expires, renewed",
        _WITHOUT_TERMS: "without a contract, without contract, no contract, no contracts,"
        " without a renewal date, without renewal date, no renewal date",
        _PAYING: f"pays, pay, paying, spend, spends, spending, currency, currencies, {AMOUNT}",
        _TOP_SHARE: TOP_PERCENT,
        _AVERAGE: "average, mean, median, arpa, arpu, per account, per customer",
        _REASONS: "because, due, competitor, competitors, seat, seats, licence, licences, license,"
        " licenses, discount, discounts, downsizing, unused",
        _WHEN: "when, often",
        _DAYS_AHEAD: "next month, next week",
        _PLAYBOOK: "playbook, play, plays",
        _BOARD: "board, board pack, board deck, pdf, as pdf, powerpoint, slides,"
        " send the board pack, send the board deck, send me the board pack",
        _LEFT_OUT: "without, but, excluding, exclude, except, excl, ex, not, everything except,"
        " everything but, all except, all but",
        _NOT_ADDED: "together, combined",
        _TENURE: "older, newer, younger, older than, newer than, younger than",
        _STAYING: "long, lifetime, lifespan, stay, stays, stick, survive, survival",
        _RUN_RATE: "annualised, annualized, annualise, annualize, run rate",
        _DATA_END: "data, updated, refreshed, provisional, closed, fresh, final,"
        " when was data last updated, when was the data last updated, when was the data updated,"
        " last updated, last data, when was this last updated, when was it last updated,"
        " when was this updated, when was it updated",
        _OTHER_SYSTEM: "chartmogul, baremetrics, profitwell, stripe, chargebee, recurly, maxio,"
        " salesforce, hubspot, quickbooks, match, matches, mismatch, discrepancy, discrepancies,"
        " reconcile, reconciled, spreadsheet says",
        _ROW: "in a row, consecutive, row",
        _SINCE: "since, until, before, after",
        _FISCAL: "fy, fye, fiscal, fiscal year, fiscal quarter, financial, financial year",
        _HELP: "help, everything",
        _FILE: "export, download, csv, excel, xlsx, spreadsheet, json, as csv, as excel,"
        " as json, as spreadsheet, as xlsx",
        _FORECAST: "forecast, predict, prediction, projection, expected, future, next, upcoming,"
        " will, signed, pipeline, booked, bookings",
        _USAGE: "usage, utilisation, utilization, seat utilisation, seat utilization, adoption",
        _EACH_MONTH: "month, months",
        _ALL_TIME: "all time, of all time, beginning, inception, forever, ever, since inception,"
        " since the beginning, since launch, since the start",
        _NEVER_NEW: "without new customers, without new logos, excluding new customers, excluding"
        " new logos, including, include, includes",
        _RESTATED: "restated, restatement, restatements, reported, say, said, known, as of",
        _ENDING: "stop, snooze, cancel, unsubscribe, mute, delete, remove, turn off, pause,"
        " pause the digest, pause digest, pause the alert",
        _PARTS: "percentage, percent, mix, proportion, share of",
        _NEXT_PAGE: "next page, more accounts",
        _LEVEL: "above, below, under, reach, hit, level",
        _LEVER: "would, could, need, needed, takes, priority, prioritise, prioritize, lever,"
        " levers, if, point, points, worth, impact, 1 point, one point, 1 pt, 1pt",
        _TOPLINE: "topline, top line, top line growth, topline growth",
        _SETTINGS: "settings, setting, config, configure, configuration, set up, setup, status",
        _STANDING: "health, health score, score, scores, quadrant",
        _BESIDE: PERCENT,
        _ELSEWHERE: "rule of 40, cac, payback, ltv, lifetime value, customer lifetime value, burn,"
        " magic number, runway, margin, cash, rule, magic",
        _PEERS: "benchmark, benchmarks, peers, peer, goal, goals, target, targets, profile,"
        " far, track, hitting, set goal, set a goal, set our goal, hit our goal, hit our target,"
        " hit the goal, hit the target,"
        " reach our goal, reach our target, meet our goal, meet our target, public,"
        " public companies, saas, industry average, other companies, budget, above benchmark,"
        " below benchmark, above the benchmark, below the benchmark, above peers, below peers,"
        " above our peers, below our peers, above target, below target, above our target,"
        " below our target, above goal, below goal, above our goal, below our goal",
        _GREETING: "hello, hi, hey, thanks, thank you, good morning, ok, test, ping, start",
        _IMPORT: "import, imports, upload, last import, latest import",
        _ACCESS: "grant, give access, add a user, add user, add users, access,"
        f" permission, permissions, allowed, {', '.join(sorted(MAY))}",
        _DEFINITIONS: "definition, definitions, defined, formula, calculated, calculation,"
        " calculate, computed, counts, counted, count,"
        " included",
        _SHARE: "share, post, send, forward, email",
        _CHART: "chart, charts, graph, graphs, plot, picture, visual, visualise, visualize, draw,"
        " table, heat map, heatmap",
        _DIGEST: "digest, weekly, subscribe, every week, every monday, report, schedule, daily,"
        " every day, every month, send digest, send the digest, send a digest,"
        " remind me every, remind us every, send me this every,"
        " send this every, send me every, post this every",
        _ALERT: "set an alert, set up an alert, add an alert, create an alert,"
        " alert, alerts, alarm, notify, tell, warn, remind, when it, when this, when that",
    }.items()
    for word in words.split(", ")
}
"""Topics by folded word."""
LONGEST_TOPIC = max(len(word.split()) for word in TOPICS)  # in words
