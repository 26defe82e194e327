"""Draws the picture of a digest, and that of its thread.

``source`` is the small print of pictures that stand alone, in files: a message has its own.
"""

from bot.answers.chart import bridge_picture
from bot.digests.digest import Digest
from bot.digests.wording.drivers import driver_lines
from bot.trends.chart import trend_picture
from storage.delivery.parcels import Picture


def digest_pictures(digest: Digest, *, source: str = "") -> tuple[Picture, ...]:
    """Draw 12-month NRR by segment; none where there is no course, or no month was closed."""
    trend = digest.body.trend
    return () if trend is None else (trend_picture(trend, source=source),)


def thread_pictures(digest: Digest, *, source: str = "") -> tuple[Picture, ...]:
    """Draw the bridge of the period; none where nobody paid at its start, or nothing moved."""
    if digest.answer.retention.nrr is None or not driver_lines(digest):
        return ()
    return (bridge_picture(digest.answer, source=source),)
