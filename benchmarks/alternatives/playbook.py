"""The models of dbt's mrr-playbook, in our own words for DuckDB, and net retention from them.

The method: periods of one price per customer; a spine of one row per customer and month from the
first month to the one of the last end; MRR by month on that spine; a row of zero in the month
after the last active one; month over month changes and their category. A customer's spine ends
*before* the month in which it leaves, so whoever leaves inside a month is not in that month's
base: its loss is counted a month early, and the newest month looks better than it was.

What favours it here: its source, periods of one price, is there before anything is timed, all of
it is in memory, and the join that finds the price of a month is DuckDB's quickest.
"""

from datetime import date
from typing import Any

import duckdb
import pandas as pd

from benchmarks.figures import SEGMENTS, Span
from benchmarks.ledgers import LAST_CLOSE, GeneratedLedger, Movements

SUBSCRIPTIONS = """
CREATE OR REPLACE TABLE subscription_period AS
WITH by_day AS (
  SELECT customer, day, sum(amount) AS amount FROM movement GROUP BY ALL
), run AS (
  SELECT customer, day AS start_date,
         lead(day) OVER (PARTITION BY customer ORDER BY day) AS end_date,
         sum(amount) OVER (PARTITION BY customer ORDER BY day) AS monthly_amount
  FROM by_day
)
SELECT * FROM run WHERE monthly_amount > 0
"""
MODELS = (
    """
    CREATE OR REPLACE TABLE revenue_by_month AS
    WITH customer AS (
      SELECT customer, date_trunc('month', min(start_date))::DATE AS first_month,
             date_trunc('month', max(coalesce(end_date, $open_until)))::DATE AS last_month
      FROM subscription_period GROUP BY customer
    ), spine AS (
      SELECT customer, unnest(generate_series(first_month, last_month - 1, INTERVAL 1 MONTH))::DATE
             AS month
      FROM customer
    )
    SELECT spine.customer, spine.month,
           CASE WHEN spine.month < coalesce(period.end_date, $open_until)
                THEN period.monthly_amount ELSE 0 END AS mrr,
           mrr > 0 AS is_active,
           max(CASE WHEN mrr > 0 THEN spine.month END) OVER (PARTITION BY spine.customer)
             AS last_active_month
    FROM spine
    ASOF LEFT JOIN subscription_period AS period
      ON spine.customer = period.customer AND spine.month >= period.start_date
    """,
    """
    CREATE OR REPLACE TABLE mrr AS
    WITH with_churn AS (
      SELECT customer, month, mrr, is_active FROM revenue_by_month
      UNION ALL
      SELECT customer, (month + INTERVAL 1 MONTH)::DATE, 0, false FROM revenue_by_month
      WHERE month = last_active_month AND month < $close
    ), before AS (
      SELECT *, coalesce(lag(mrr) OVER by_month, 0) AS previous_mrr,
             coalesce(lag(is_active) OVER by_month, false) AS was_active
      FROM with_churn WINDOW by_month AS (PARTITION BY customer ORDER BY month)
    )
    SELECT *, mrr - previous_mrr AS change,
           CASE WHEN is_active AND NOT was_active THEN 'new'
                WHEN was_active AND NOT is_active THEN 'churn'
                WHEN change > 0 THEN 'upgrade'
                WHEN change < 0 THEN 'downgrade' END AS change_category,
           least(mrr, previous_mrr) AS renewal_amount
    FROM before
    """,
)
PERIOD = """
SELECT segment, sum(opening.mrr), sum(coalesce(closing.mrr, 0))
FROM mrr AS opening
JOIN customer USING (customer)
LEFT JOIN mrr AS closing ON closing.customer = opening.customer AND closing.month = $end
WHERE opening.month = $start AND opening.is_active
GROUP BY segment
"""
TREND = """
SELECT month, segment, sum(previous_mrr), sum(mrr)
FROM mrr JOIN customer USING (customer)
WHERE was_active AND month > $start AND month <= $end
GROUP BY ALL ORDER BY ALL
"""


class Playbook:
    """An analyst's DuckDB in memory."""

    def __init__(self, ledger: GeneratedLedger) -> None:
        self._connection = duckdb.connect()
        segments = pd.Series(SEGMENTS).take(ledger.attributes["segment"]).to_numpy()
        customers = pd.DataFrame({"customer": range(ledger.plan.accounts), "segment": segments})
        self._connection.register("customers", customers)
        self._connection.execute("CREATE TABLE customer AS SELECT * FROM customers")
        self._connection.execute("CREATE TABLE movement (customer BIGINT, day DATE, amount BIGINT)")
        self.add(ledger.movements)

    def add(self, movements: Movements) -> None:
        """Add movements to the source; the models do not have them before the next `build`."""
        arrived = pd.DataFrame(
            {
                "customer": movements.account,
                "day": movements.day.astype("datetime64[D]").astype("datetime64[s]"),
                "amount": movements.amount,
            }
        )
        self._connection.register("arrived", arrived)
        self._connection.execute(
            "INSERT INTO movement SELECT customer, day::DATE, amount FROM arrived"
        )
        self._connection.execute(SUBSCRIPTIONS)

    def build(self) -> None:
        """Run the models."""
        values = ({"open_until": _month_after(LAST_CLOSE)}, {"close": LAST_CLOSE})
        for model, given in zip(MODELS, values, strict=True):
            self._connection.execute(model, given)

    def ask(self, span: Span) -> list[tuple[Any, ...]]:
        """Return each segment with the opening and closing MRR of its base."""
        values = {"start": span.start, "end": span.end}
        return self._connection.execute(PERIOD, values).fetchall()

    def trend(self, span: Span) -> list[tuple[Any, ...]]:
        """Return for each month and segment opening and closing MRR of the base."""
        values = {"start": span.start, "end": span.end}
        return self._connection.execute(TREND, values).fetchall()

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()


def _month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
