"""Help: what can be asked and typed, with examples of the ledger at hand."""

from collections.abc import Mapping, Sequence
from string import Formatter

from bot.answers.examples import Examples
from bot.benchmarks.wording import band_words
from bot.command_places import CommandPlace
from bot.errors import UsageError
from bot.style.differences import moves_of
from bot.style.figures import money, percent, points
from bot.style.grid import Grid
from bot.style.parts import Footer, Headline, Parts, Quiet, Said, Table
from metrics.annualisation import annualised
from metrics.benchmarks.tables import BESSEMER_STRONG, BESSEMER_TOP, Guide
from metrics.retention import Retention

EXAMPLE = Retention(
    accounts_opening=200,
    accounts_retained=196,  # ours: the guide does not say how many left, and it is not shown
    opening=100_000_000,
    expansion=5_000_000,
    contraction=1_500_000,
    churn=2_000_000,
)
"""The guide's month: $1M from 200 customers, $50k expansion, $15k contraction, $20k churn."""

CURRENCY = "USD"

Row = tuple[str, str]

_START: Sequence[Row] = (
    ("", "the whole company, last month"),
    ("{value} last-quarter", "a part of it, over a period"),
    ("by {dimension} ttm", "all parts, over twelve months"),
    ("full {value} last-quarter", "to the cent, with the check"),
    ("trend by {dimension} 24m", "where each part is going"),
    ("trend 24m", "where the company is going"),
)
_START_SLACK: Sequence[Row] = (
    ("digest here", "every Monday in this channel"),
    ("alert {value} below 90%", "a message when twelve months fall below"),
    ("alert below 90%", "the same for the whole company"),
    ("alerts", "every alert and how it stands"),
)
_START_TERMINAL: Sequence[Row] = (
    ("nrrbot digest --help", "digests of channels"),
    ("nrrbot alerts --help", "alerts"),
    ("nrrbot access --help", "who may see what"),
)
_QUESTIONS: Sequence[Row] = (
    ("{value} last-quarter", "a part, over a period; words in any order"),
    ("{pair} 2026-Q3", "accounts that are both"),
    ("last-month by {dimension}", "all values of a dimension"),
    ("full last-month", "all tables, to the cent"),
    ("last-month arr", "amounts as ARR, twelve times MRR"),
    ("by {dimension} basis current", "in the groups that accounts are in today"),
    ("by {product} last-quarter", "products, and what switched between them"),
    ("last-month in {currency}", "amounts in another currency"),
    ("last-quarter {usage}", "usage counts, too, beside committed MRR"),
    ("annualise 98%", "a monthly rate over a year, and back"),
)
_PERIODS: Sequence[Row] = (
    ("last-month", "also last-quarter, last-year"),
    ("ttm", "the twelve months to the last closed one"),
    ("mtd", "to date: also qtd, ytd"),
    ("2026-09", "a month; also September 2026"),
    ("2026-Q3", "a quarter; 2026 is a year, FY26 a fiscal year"),
    ("2026-01..2026-03", "from one month to another; days too"),
)
_TRENDS: Sequence[Row] = (
    ("trend", "the last twelve months, each with the twelve months to it"),
    ("trend 24m", "24 points; 2 to 60"),
    ("trend monthly", "each month alone"),
    ("trend rolling-3m", "three months at a time"),
    ("trend {value} monthly", "of a part"),
    ("trend by {dimension} 24m", "of every part"),
)
_DIGESTS: Sequence[Row] = (
    ("digest here", "opens a form: when, and of what"),
    ("digest here monthly", "the same for one that comes once a month has closed"),
    ("digest list", "this channel's digests, with their numbers"),
    ("digest edit 1", "opens the form again; also pause, resume, now, remove"),
)
_ALERTS: Sequence[Row] = (
    ("alert", "opens a form"),
    ("alert below 90%", "when NRR of twelve months is below"),
    ("alert {value} below 90%", "the same of a part"),
    ("alert {value} monthly below 97%", "of single months; or quarterly"),
    ("alert {value} drops 3 points", "against what is usual"),
    ("alerts", "every alert, how it stands, and its number"),
)
_COHORTS: Sequence[Row] = (
    ("cohorts", "what sign-ups of each quarter keep as they grow older; who left early"),
    ("cohorts {value} by month", "of a part, by month; also by year"),
    ("{plans} last-quarter", "which plans accounts moved between"),
    ("migration by {dimension} ttm", "the same for any dimension"),
    ("{renewals} 90d", "MRR up for renewal, and the renewal rate; also 30d, next-quarter"),
    ("{renewals} {value} 90d", "of a part"),
    ("{outlook} 90d", "NRR if nothing moves but what is signed or given notice of"),
)
_ACCOUNTS: Sequence[Row] = (
    ("accounts {value} churned last-quarter", "who left, the largest first"),
    ("accounts expanded last-quarter top 20", "or contracted, new, returned, resumed, paused"),
    ("accounts last-quarter", "the largest changes either way"),
    ("at risk {value}", "ranked by signs that they may leave, each with its reasons"),
    ("ready to expand", "ranked by signs that they may buy more"),
)
_BENCHMARKS: Sequence[Row] = (
    ("profile", "the kind of company this is, and its peers"),
    ("profile 92%", "that NRR beside the peers"),
    ("profile smb", "declares it; or enterprise, mid-market, product-led, usage-based"),
    ("profile stage series-a", "or seed, series-b, growth; auto goes by ARR"),
    ("profile segment {value} enterprise", "the peers of a part, whatever it is called"),
    ("playbook", "what to do about a part, by what it loses first"),
    ("goal", "every goal, and what is missing to it"),
    ("goal 110%", "sets one for NRR over twelve months of the company"),
    ("goal {value} 115%", "of a part; goal remove takes it back"),
    ("board last-quarter", "the board pack, as a workbook and as pages to print"),
)
_ACCESS: Sequence[Row] = (
    ("access", "what you may see"),
    ("access grant @user viewer {value}", "lets somebody see a part"),
    ("access grant @user viewer company", "lets somebody see the whole company"),
    ("access grant @user analyst company with accounts", "single accounts, too"),
    ("access list", "who may see what"),
    ("access why @user company", "why somebody may see it, or not"),
    ("access revoke @user", "takes it back"),
    ("data", "how good the data is, the worst of it first; for administrators"),
    ("audit", "who changed what may be seen; also audit questions, audit verify"),
)
TOPICS: Mapping[str, tuple[str, Sequence[Row]]] = {
    "questions": ("Questions", _QUESTIONS),
    "periods": ("Periods", _PERIODS),
    "trends": ("Trends", _TRENDS),
    "digests": ("Digests", _DIGESTS),
    "alerts": ("Alerts", _ALERTS),
    "accounts": ("Accounts (account NAME shows one)", _ACCOUNTS),
    "cohorts": ("Cohorts, plans and what is ahead", _COHORTS),
    "benchmarks": ("Benchmarks, goals and the board pack", _BENCHMARKS),
    "access": ("Access", _ACCESS),
}
_OF_THE_TERMINAL = frozenset(
    {"questions", "periods", "trends", "accounts", "cohorts", "benchmarks"}
)
"""Topics whose lines are typed at the command line; its other commands have help of their own."""
_COMMANDS = ("board", "profile", "goal", "playbook")
"""Words that are commands of ``nrrbot`` itself, where all others follow ``nrrbot ask``."""
_WORKED = "example"

_BESSEMER = (
    f"Bessemer: {band_words(BESSEMER_STRONG)} NRR is strong, {band_words(BESSEMER_TOP)} top tier"
    f" ({Guide.SALES_LED})."
)
_NOTES = {
    "benchmarks": (
        "No benchmark is shown before a profile is declared; only twelve months are compared.",
        _BESSEMER,
    )
}
WHO_SEES = (
    "Only you see an answer until you share it. Mention me in a channel, and I answer in the"
    " thread, as far as the channel may see; a message to me alone needs no slash."
)
FORMULA = (
    "NRR = (opening MRR + expansion \u2212 contraction \u2212 churn) ÷ opening MRR;"
    " GRR leaves out the expansion. Accounts won during the period count in neither."
)

ANALOGY = (
    "Think of it like same-store sales in retail: what those who paid when the period opened pay"
    " when it closes. New customers are left out, as new shops are."
)


def help_parts(
    topic: str, examples: Examples, *, place: CommandPlace = CommandPlace.SLACK
) -> Parts:
    """Compose help: what can be asked first, or the lines of one topic.

    Parameters
    ----------
    topic : str
        A topic, in the singular or plural; none for the overview.
    place : CommandPlace
        Where they are typed: how a line begins, and which lines there are.

    Raises
    ------
    UsageError
        If there is no such topic.
    """
    name = topic.casefold().strip()
    if name == _WORKED:
        return worked_example()
    if not name:
        return _overview(examples, place)
    found = next((one for one in _topics(place) if name in {one, one.removesuffix("s")}), None)
    if found is None:
        *others, last = (*_topics(place), _WORKED)
        raise UsageError(f"there is help on {', '.join(others)} and {last}. Try: help {others[0]}")
    title, rows = TOPICS[found]
    notes = Quiet(*_NOTES.get(found, ()))
    return Headline(title), Table(_grid(rows, examples, place), figures=0), notes


def _overview(examples: Examples, place: CommandPlace) -> Parts:
    topics = (*_topics(place), _WORKED)
    more = f"More: {place.question('help')}, and one of {', '.join(topics)}."
    of_place = _filled(
        _START_TERMINAL if place is CommandPlace.TERMINAL else _START_SLACK, examples
    )
    rows = (*_typed(_filled(_START, examples), place), *_typed(of_place, place))
    return (
        Headline("What you can ask"),
        Table(Grid(title="", header=("Type", "To see"), rows=rows), figures=0),
        Quiet(more, *([WHO_SEES] if place is CommandPlace.SLACK else [])),
    )


def _topics(place: CommandPlace) -> tuple[str, ...]:
    return tuple(name for name in TOPICS if place is CommandPlace.SLACK or name in _OF_THE_TERMINAL)


def _grid(rows: Sequence[Row], examples: Examples, place: CommandPlace) -> Grid:
    filled = _typed(_filled(rows, examples), place)
    return Grid(title="", header=("Type", "To see"), rows=filled)


def _filled(rows: Sequence[Row], examples: Examples) -> tuple[Row, ...]:
    """Put names into the lines; those that need one that is not there are left out."""
    names = examples.words
    return tuple(
        (line.format_map(names), words) for line, words in rows if _needed(line) <= names.keys()
    )


def _needed(line: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(line) if name}


def _typed(rows: Sequence[Row], place: CommandPlace) -> tuple[Row, ...]:
    return tuple((_line(line, place), words) for line, words in rows)


def _line(line: str, place: CommandPlace) -> str:
    if line.startswith("nrrbot "):
        return line
    is_command = line.partition(" ")[0] in _COMMANDS
    return place.command(line) if is_command else place.question(line)


def worked_example() -> Parts:
    """Work out the example: one month of a company with 200 customers."""
    # Computed by the code that answers questions, so that it cannot come to differ from them.
    return (
        Headline("How NRR is worked out"),
        Said(ANALOGY),
        Table(_terms(EXAMPLE)),
        Said(_result(EXAMPLE)),
        Footer(FORMULA),
    )


def _terms(example: Retention) -> Grid:
    expansion, contraction, churn = map(points, moves_of(example) or ())
    terms = (
        ("Opening MRR", example.opening, percent(example.share_of_opening(example.opening))),
        ("+ Expansion", example.expansion, expansion),
        ("\u2212 Contraction", example.contraction, contraction),
        ("\u2212 Churn", example.churn, churn),
        ("= Closing MRR", example.closing, percent(example.nrr)),
    )
    return Grid(
        title=f"One month of a company with {example.accounts_opening} customers",
        header=("Part", "Money", "Of opening MRR"),
        rows=tuple((term, money(minor, CURRENCY), share) for term, minor, share in terms),
    )


def _result(example: Retention) -> str:
    nrr = example.nrr
    run_rate = percent(annualised(nrr)) if nrr is not None else ""
    return (
        f"NRR {percent(nrr)}, GRR {percent(example.grr)}."
        f" Twelve months like this one compound to about {run_rate}:"
        " an annualised run rate, not an annual NRR."
    )
