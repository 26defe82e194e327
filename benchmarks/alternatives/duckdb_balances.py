"""The question in DuckDB, on a table of balances at month starts like nrrbot's."""

from datetime import date
from typing import Any

import duckdb
import pandas as pd

from benchmarks.figures import SEGMENTS, Span
from benchmarks.ledgers import GeneratedLedger, account_name

STATEMENT = """
SELECT coalesce(o.segment, c.segment),
       count(o.mrr), count(*) FILTER (o.mrr IS NOT NULL AND c.mrr IS NOT NULL),
       coalesce(sum(o.mrr), 0),
       coalesce(sum(c.mrr - o.mrr) FILTER (c.mrr > o.mrr), 0),
       coalesce(sum(o.mrr - c.mrr) FILTER (c.mrr < o.mrr), 0),
       coalesce(sum(o.mrr) FILTER (c.mrr IS NULL), 0),
       coalesce(sum(c.mrr) FILTER (o.mrr IS NULL AND c.first_paid_on >= $start), 0),
       coalesce(sum(c.mrr) FILTER (o.mrr IS NULL AND c.first_paid_on < $start), 0)
FROM (SELECT * FROM month_balance WHERE as_of = $start) AS o
FULL JOIN (SELECT * FROM month_balance WHERE as_of = $end) AS c USING (account_id)
GROUP BY ALL
"""


class DuckdbBalances:
    """An analyst's own table of month balances, in memory."""

    def __init__(self, ledger: GeneratedLedger, month_starts: list[date]) -> None:
        self._connection = duckdb.connect()
        self._connection.execute(
            "CREATE TABLE month_balance (as_of DATE, account_id TEXT, mrr BIGINT,"
            " first_paid_on DATE, segment TEXT)"
        )
        first = ledger.first_days().astype("datetime64[D]").astype("datetime64[s]")
        names = [account_name(number) for number in range(ledger.plan.accounts)]
        segment = pd.Series(SEGMENTS).take(ledger.attributes["segment"]).to_numpy()
        accounts = pd.DataFrame({"account_id": names, "first": first, "segment": segment})
        for day in month_starts:
            frame = accounts.assign(mrr=ledger.balances(day)).query("mrr > 0")
            self._connection.register("balances", frame)
            self._connection.execute(
                "INSERT INTO month_balance SELECT $day, account_id, mrr, first::DATE, segment"
                " FROM balances ORDER BY account_id",
                {"day": day},
            )

    def ask(self, span: Span) -> list[tuple[Any, ...]]:
        """Return each segment and its eight figures."""
        values = {"start": span.start, "end": span.end}
        return self._connection.execute(STATEMENT, values).fetchall()

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()
