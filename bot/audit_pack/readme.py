"""The page in an audit pack that says what is in it, and how to work NRR out in a spreadsheet."""

from fractions import Fraction

from bot.audit_pack.book import PackedFigures
from bot.questions.question import canonical_scope
from bot.style.document import money_json, ratio_json
from bot.style.figures import NOT_DEFINED, percent
from bot.style.grounds import provenance
from bot.style.names import WHOLE_COMPANY, period_name

README = "README.txt"


def readme_text(figures: PackedFigures) -> str:
    """Explain a pack, with the figures that whoever works them out should come to."""
    kept, currency = figures.retention, figures.grounds.currency
    lines = kept.accounts_opening + 1
    return _TEXT.format(
        period=period_name(figures.period),
        start=figures.period.start,
        end=figures.period.end,
        scope=canonical_scope(figures.scope) or WHOLE_COMPANY,
        provenance="\n             ".join(provenance(figures.grounds).split(" · ")),
        currency=currency,
        accounts=kept.accounts_opening,
        opening=money_json(kept.opening, currency),
        closing=money_json(kept.closing, currency),
        churn=money_json(kept.churn, currency),
        nrr=_ratio(kept.nrr),
        grr=_ratio(kept.grr),
        nrr_shown=percent(kept.nrr),
        grr_shown=percent(kept.grr),
        last=max(lines, 2),
    )


def _ratio(ratio: Fraction | None) -> str:
    return ratio_json(ratio) or NOT_DEFINED


_TEXT = """\
AUDIT PACK of {period}: {scope}

Period       from {start} up to and not including {end}
Figures      NRR {nrr_shown}, GRR {grr_shown} of {accounts} accounts
Data         {provenance}

Work it out in a spreadsheet
----------------------------
Open cohort.csv. A row is an account that paid when the period opened; nobody
else touches NRR or GRR. Column C is its MRR then, D the same account's MRR when
the period ended, both in {currency}. Type in free cells, and compare with what
stands below each line:

  opening   =SUM(C2:C{last})
                                               {opening}
  closing   =SUM(D2:D{last})
                                               {closing}
  NRR       =SUM(D2:D{last})/SUM(C2:C{last})
                                               {nrr}
  GRR       =SUMPRODUCT((D2:D{last}<C2:C{last})*D2:D{last}
             +(D2:D{last}>=C2:C{last})*C2:C{last})/SUM(C2:C{last})
                                               {grr}
  churn     =-SUMIF(G2:G{last},"churned",E2:E{last})
                                               {churn}

Expansion is what "expanded" accounts in column G gained, contraction what
"contracted" and "paused" ones lost, churn what "churned" ones did.

What is in it
-------------
figures.csv      the figures, as every answer gives them
cohort.csv       the opening base by account, with the attributes that it counts
                 under: those of the moment at which the period opened
outside.csv      accounts that pay at the end and did not at the beginning: new,
                 returned, resumed; they close the company's bridge
balances.csv     what each account pays when each month begins, and at the end,
                 by product and currency; counts_under is its topmost account
movements.csv    every row of the period as it was recorded, with its import,
                 file, line and the file's hash; a row that was taken back and
                 the one that took it back stay, with "no" in counts
totals.csv       balances + moved_in_month = the next month's balances; control
                 is the same total of the whole company, kept by another way
imports.csv      every file that landed, with its hash, and every reversal
posted.csv       what channels were shown of periods that end in this one, when
                 and where, beside what it is by now
rates.csv        exchange rates of the two ends; figures are at the first
settings.csv     the settings that decide figures
audit_trail.csv  who did what in the period; each hash covers the entry before
definitions.md   what every number means
manifest.json    the size and the SHA-256 of each of these files

Amounts and ratios are exact texts: ratios have six decimals, rounded half up. A
text that a spreadsheet would run as a formula begins with an apostrophe.

Check it
--------
  nrrbot audit verify FILE.zip

needs no ledger. It holds each file against its hash, works the figures out
from the rows, and prints the hash of manifest.json. That one was printed when
the pack was made, and is in the audit trail of the store that made it: who
altered a file and its hash cannot alter that.
"""
