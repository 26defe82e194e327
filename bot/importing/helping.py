"""Help of each kind of file: its columns, two lines of it, and lines to type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KindHelp:
    """Help of `nrrbot import KIND`; ``columns`` are in the order of the sample."""

    summary: str
    columns: str
    sample: Sequence[str]
    examples: Sequence[str]

    @property
    def epilog(self) -> str:
        """The help behind a list of commands, where each line is a paragraph."""
        return "\n\n".join([f"{self.summary} {self.columns}", *self.examples])

    @property
    def text(self) -> str:
        """The help as paragraphs."""
        shown = [*self.sample, "", *(f"$ {line}" for line in self.examples)]
        return "\n\n".join([self.summary, self.columns, "\b\n" + "\n".join(shown)])


KIND_HELP: Mapping[str, KindHelp] = {
    "movements": KindHelp(
        "Import changes of MRR: one row for each change of an account.",
        "account_id, date, amount, currency, and where there are some movement_id, type,"
        " mrr_after, driver, product, recorded_at. Every other column is an attribute of the"
        " account, to ask by.",
        [
            "account_id,date,amount,currency,segment",
            "acme,2026-01-15,1200.00,USD,enterprise",
            "acme,2026-07-01,-200.00,USD,enterprise",
        ],
        [
            "nrrbot import movements movements.csv --closed-through 2026-10",
            "nrrbot import movements export.csv --map amount=MRR/100 --currency EUR",
        ],
    ),
    "balances": KindHelp(
        "Import MRR as it stands: what each account pays, by month or day.",
        "account_id, month (or date), mrr, currency, and product where there is one; or a column"
        " for each month. Every other column is an attribute. What has changed since the last"
        " time becomes movements.",
        ["account_id,month,mrr,currency", "acme,2026-01,1200.00,USD", "acme,2026-02,1000.00,USD"],
        [
            "nrrbot import balances mrr-by-month.xlsx --currency EUR",
            "nrrbot import balances all-customers.csv --complete",
        ],
    ),
    "contracts": KindHelp(
        "Import a list of contracts: what was signed, from when to when.",
        "account_id, start, amount, currency, and where there are some end (the last paid day), per"
        " (month, quarter, half-year, year, total or once; total if it is empty), contract_id,"
        " product, amendment_of, auto_renew, escalator, seats, usage, discount, discount_percent,"
        " discount_end, status, cancelled_on, paused_on, resumed_on, trial_end, past_due_since."
        " Every other column is an attribute. Terms become movements; what lies ahead waits for its"
        " day.",
        [
            "contract_id,account_id,start,end,amount,currency",
            "C-1,acme,2026-01-01,2026-12-31,14400.00,USD",
            "C-2,acme,2027-01-01,2027-12-31,18000.00,USD",
        ],
        [
            "nrrbot import contracts contracts.xlsx",
            "nrrbot import contracts deals.csv --map amount=TCV --currency EUR",
        ],
    ),
    "accounts": KindHelp(
        "Import accounts: names, parents, owners and attributes.",
        "account_id, and where there are some name, parent_id, created_on, valid_from,"
        " recorded_at. Every other column is an attribute, from valid_from on; where that is"
        " empty, it was always so. A parent_id of - ends a parent.",
        [
            "account_id,name,parent_id,segment,owner",
            "acme,Acme Ltd,,enterprise,maya@example.com",
            "acme-eu,Acme Europe,acme,enterprise,maya@example.com",
        ],
        ["nrrbot import accounts accounts.csv --ignore notes,phone"],
    ),
    "signals": KindHelp(
        "Import signals: what accounts did on a day, such as logins.",
        "account_id, day, metric, value; or account_id, day, and a column for each metric. They are"
        " kept beside the ledger and change no MRR; of the same account, day and metric the later"
        " statement counts.",
        ["account_id,day,metric,value", "acme,2026-11-02,logins,42", "acme,2026-11-02,seats,0.85"],
        [
            "nrrbot import signals usage.csv",
            "nrrbot import signals logins.csv --map account_id=ORG --map day=WEEK",
        ],
    ),
    "rates": KindHelp(
        "Import exchange rates: units of a currency for one unit of the base.",
        "date, currency, rate, and base where it is not EUR; or date and a column for each"
        " currency, as in the history of the European Central Bank.",
        ["date,currency,rate,base", "2026-10-01,USD,1.0812,EUR", "2026-10-01,JPY,162.35,EUR"],
        ["nrrbot import rates eurofxref-hist.csv"],
    ),
}

ANY_HELP = KindHelp(
    "Import a file, whatever it is: nrrbot import FILE.",
    "Its header tells what it is, and the report says so first. Of a header that nobody knows it"
    " says which columns look like ours, and the line to type.",
    [],
    [
        "nrrbot import mrr-movements.csv --dry-run",
        "nrrbot import deals.xlsx --sheet 2026",
        "cat export.csv | nrrbot import - --currency EUR",
    ],
)
