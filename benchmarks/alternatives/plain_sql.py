"""The question in SQL over the movements themselves, with an index that covers all it reads."""

from typing import Any

from benchmarks.figures import Span
from storage.store.column_types import day_number
from storage.store.engine import Store

STATEMENT = """
WITH per_account AS (
  SELECT account,
         SUM(CASE WHEN day < {start} THEN amount_minor ELSE 0 END) AS opening,
         SUM(amount_minor) AS closing,
         MIN(day) AS first_on
  FROM mrr_movement
  WHERE day < {end}
  GROUP BY account
)
SELECT label.value,
       SUM(CASE WHEN opening > 0 THEN 1 ELSE 0 END),
       SUM(CASE WHEN opening > 0 AND closing > 0 THEN 1 ELSE 0 END),
       SUM(opening),
       SUM(CASE WHEN opening > 0 AND closing > opening THEN closing - opening ELSE 0 END),
       SUM(CASE WHEN closing > 0 AND closing < opening THEN opening - closing ELSE 0 END),
       SUM(CASE WHEN closing = 0 THEN opening ELSE 0 END),
       SUM(CASE WHEN opening = 0 AND first_on >= {start} THEN closing ELSE 0 END),
       SUM(CASE WHEN opening = 0 AND first_on < {start} THEN closing ELSE 0 END)
FROM per_account
LEFT JOIN (
  account_attribute AS attribute
  JOIN dimension_value AS label
    ON label.number = attribute.pair AND label.dimension = 'segment'
) ON attribute.account = per_account.account
GROUP BY label.value
"""


def ask(store: Store, span: Span) -> list[tuple[Any, ...]]:
    """Ask about one period through the database's own driver."""
    is_sqlite = store.engine.dialect.name == "sqlite"
    places = {"start": ":s", "end": ":e"} if is_sqlite else {"start": "%(s)s", "end": "%(e)s"}
    values = {"s": day_number(span.start), "e": day_number(span.end)}
    with store.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        rows: list[tuple[Any, ...]] = (
            driver.cursor().execute(STATEMENT.format(**places), values).fetchall()
        )
        return rows
