"""Draws the two pictures of a digest: the bridge of its scope, and the trend of its segments."""

from collections.abc import Iterator

from bot.answers.chart import bridge_picture
from bot.digests.digest import Digest
from bot.trends.chart import trend_picture
from storage.delivery.parcels import Picture
from storage.digests.subscriptions import DigestSection


def digest_pictures(digest: Digest, *, source: str = "") -> list[Picture]:
    """Draw the pictures that are wanted and can be drawn, in the order of the message.

    Parameters
    ----------
    source : str
        The small print of pictures that stand alone, in files: a message has its own.
    """
    return list(_pictures(digest, source))


def _pictures(digest: Digest, source: str) -> Iterator[Picture]:
    sections = (
        frozenset[DigestSection]() if digest.is_unchanged else digest.request.content.sections
    )
    if DigestSection.BRIDGE in sections and digest.answer.retention.nrr is not None:
        yield bridge_picture(digest.answer, source=source)
    if DigestSection.TREND in sections and digest.body.trend is not None:
        yield trend_picture(digest.body.trend, source=source)
