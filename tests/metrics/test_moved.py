import pytest

from metrics.moved import Moved, news_of
from metrics.retention import Retention
from tests.metrics.retentions import retention_of


def of(*, expansion: int = 0, contraction: int = 0, churn: int = 0) -> Retention:
    return retention_of(10_000, expansion=expansion, contraction=contraction, churn=churn)


@pytest.mark.parametrize(
    ("now", "before", "news"),
    [
        # the largest term is expansion, and what is new is churn: 5.0 points against 0.5
        (of(expansion=900, churn=500), of(expansion=850), Moved.CHURNED),
        (of(expansion=100, churn=500), of(expansion=850, churn=480), Moved.EXPANDED),
        (of(contraction=40, churn=10), None, Moved.CONTRACTED),
        (of(churn=500), of(churn=509), None),  # less than a tenth of a point
        (of(), None, None),
    ],
)
def test_what_changed_the_most_is_the_news(
    now: Retention, before: Retention | None, news: Moved | None
) -> None:
    assert news_of(now, before) is news
