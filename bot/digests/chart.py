"""Draws the two pictures of a digest: the bridge of its scope, and the trend of its segments."""

from collections.abc import Iterator

from bot.answers.chart import bridge_png
from bot.answers.wording.pictures import bridge_alt_text
from bot.digests.digest import Digest
from bot.trends.chart import trend_png
from bot.trends.panels import MANY, panels_png
from bot.trends.trend import Trend
from bot.trends.wording.rows import trend_alt_text
from storage.delivery.parcels import Picture
from storage.digests.subscriptions import DigestSection

MOST_IN_ONE = 5  # more lines cross too often to be followed in one picture


def digest_pictures(digest: Digest) -> list[Picture]:
    """Draw the pictures that are wanted and can be drawn, in the order of the message."""
    return list(_pictures(digest))


def _pictures(digest: Digest) -> Iterator[Picture]:
    sections = (
        frozenset[DigestSection]() if digest.is_unchanged else digest.request.content.sections
    )
    if DigestSection.BRIDGE in sections and digest.answer.retention.nrr is not None:
        yield Picture(bridge_png(digest.answer), bridge_alt_text(digest.answer))
    if DigestSection.TREND in sections and digest.body.trend is not None:
        yield _course(digest.body.trend)


def _course(trend: Trend) -> Picture:
    if len(trend.series) <= MOST_IN_ONE:
        return Picture(trend_png(trend), trend_alt_text(trend))
    return Picture(panels_png(trend), trend_alt_text(trend, MANY))
