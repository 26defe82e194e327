"""The question in SQL over the movements themselves, with an index that covers all it reads."""

from typing import Any

from benchmarks.figures import Span
from storage.store.engine import Store

STATEMENT = """
WITH per_account AS (
  SELECT account_id,
         SUM(CASE WHEN effective_on < {start} THEN amount_minor ELSE 0 END) AS opening,
         SUM(amount_minor) AS closing,
         MIN(effective_on) AS first_on
  FROM mrr_movement
  WHERE effective_on < {end}
  GROUP BY account_id
)
SELECT attribute.value,
       SUM(CASE WHEN opening > 0 THEN 1 ELSE 0 END),
       SUM(CASE WHEN opening > 0 AND closing > 0 THEN 1 ELSE 0 END),
       SUM(opening),
       SUM(CASE WHEN opening > 0 AND closing > opening THEN closing - opening ELSE 0 END),
       SUM(CASE WHEN closing > 0 AND closing < opening THEN opening - closing ELSE 0 END),
       SUM(CASE WHEN closing = 0 THEN opening ELSE 0 END),
       SUM(CASE WHEN opening = 0 AND first_on >= {start} THEN closing ELSE 0 END),
       SUM(CASE WHEN opening = 0 AND first_on < {start} THEN closing ELSE 0 END)
FROM per_account
LEFT JOIN account_attribute AS attribute
  ON attribute.account_id = per_account.account_id AND attribute.dimension = 'segment'
GROUP BY attribute.value
"""


def ask(store: Store, span: Span) -> list[tuple[Any, ...]]:
    """Ask about one period through the database's own driver."""
    is_sqlite = store.engine.dialect.name == "sqlite"
    places = {"start": ":s", "end": ":e"} if is_sqlite else {"start": "%(s)s", "end": "%(e)s"}
    days = (span.start.isoformat(), span.end.isoformat()) if is_sqlite else (span.start, span.end)
    values = dict(zip("se", days, strict=True))
    with store.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        rows: list[tuple[Any, ...]] = (
            driver.cursor().execute(STATEMENT.format(**places), values).fetchall()
        )
        return rows
