"""Messages of ``/nrr help``: what can be asked, and the guide's worked example computed."""

from bot.message import Message
from bot.style.blocks import bold, context, header, section, table
from bot.style.differences import moves_of
from bot.style.figures import money, percent, points
from bot.style.grid import Grid
from metrics.annualisation import annualised
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

QUESTIONS = Grid(
    title="What you can ask; the words go in any order",
    header=("Type", "To see"),
    rows=(
        ("/nrr", "the whole company, last month"),
        ("/nrr enterprise last-quarter", "one segment over a period"),
        ("/nrr by industry ttm", "all values of a dimension over twelve months"),
        ("/nrr segment:smb plan:starter 2026-Q3", "accounts that are both"),
        ("/nrr last-month arr", "amounts as ARR, twelve times MRR"),
        ("/nrr by product last-quarter", "product lines, and what switched between them"),
        ("/nrr last-month in EUR", "amounts in another currency that there are rates for"),
        ("/nrr trend by segment 24m", "where each value is going, month by month"),
        ("/nrr trend enterprise monthly", "the same in single months, not twelve at a time"),
        ("/nrr digest here", "set up a digest for this channel, every week"),
        ("/nrr digest list", "this channel's digests; also edit, pause, resume, now, remove"),
        ("/nrr alert enterprise below 105%", "hear when twelve months are below; alone: a form"),
        (
            "/nrr alert smb monthly below 97%",
            "hear when one month is; or quarterly, drops 3 points",
        ),
        ("/nrr alerts", "every alert and how it stands; with alert: edit, pause, remove, to"),
        ("/nrr access", "what you may see; administrators: grant, revoke, list, why, approve"),
        ("/nrr access grant @user analyst company with accounts", "let them see accounts, too"),
        ("/nrr audit", "for administrators: who changed what may be seen; also verify"),
        ("/nrr annualise 98%", "a monthly rate over a year, and back"),
        ("/nrr help example", "how NRR and GRR are worked out"),
    ),
)

PERIODS = (
    "Periods: last-month, last-quarter, last-year, mtd, qtd, ytd, ttm, 2026-09, 2026-Q3, 2026,"
    " FY26, last-90-days, 2026-01..2026-03."
)
TRENDS = (
    "Trends: 24m is how many months (2 to 60, otherwise 12); each has the twelve months that end"
    " with it, or one with monthly, three with rolling-3m."
)
WHO_SEES = "Only you see the answer until you press “Share to channel”."
FORMULA = (
    "NRR = (opening MRR + expansion \u2212 contraction \u2212 churn) ÷ opening MRR;"
    " GRR leaves out the expansion. Accounts won during the period count in neither."
)


def help_message() -> Message:
    """List the questions and commands, each with a line to type."""
    lines = [f"{typed}: {seen}" for typed, seen in QUESTIONS.rows]
    return Message(
        text="\n".join((f"{QUESTIONS.title}:", *lines, PERIODS, TRENDS, WHO_SEES)),
        blocks=(
            header("Ask about net revenue retention"),
            bold(QUESTIONS.title),
            table(QUESTIONS),
            section(PERIODS),
            section(TRENDS),
            context(WHO_SEES),
        ),
    )


def example_message() -> Message:
    """Work out the example: one month of a company with 200 customers."""
    # Computed by the code that answers questions, so that it cannot come to differ from them.
    grid, result = _terms(EXAMPLE), _result(EXAMPLE)
    lines = [f"{term}: {amount} ({share})" for term, amount, share in grid.rows]
    return Message(
        text="\n".join((f"{grid.title}:", *lines, result, FORMULA)),
        blocks=(
            header("How NRR is worked out"),
            bold(grid.title),
            table(grid),
            section(result),
            context(FORMULA),
        ),
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
