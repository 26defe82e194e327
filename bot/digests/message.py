"""Composes the parts of a digest, of what stands in its thread, and of restatement notices."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answers.posted_figures import Restated
from bot.answers.wording.split import split_parts
from bot.benchmarks.wording import tier_line
from bot.digests.buttons import digest_actions
from bot.digests.digest import Digest
from bot.digests.wording.alerts import alert_lines
from bot.digests.wording.benchmarks import found_lines, goals_of
from bot.digests.wording.drivers import account_line, driver_lines, moves_headline
from bot.digests.wording.outlook import outlook_line
from bot.digests.wording.restatements import RESTATED, restated_line, restated_lines
from bot.digests.wording.sentences import headline, notes, standing_lines, watch_line
from bot.digests.wording.sureness import sureness_line
from bot.message import Message
from bot.style.grounds import footer, warnings
from bot.style.parts import Footer, Headline, Part, Parts, Quiet, Said
from bot.style.pictures import PICTURES_ABOVE
from bot.style.rendering import message_of

MOST_ROWS = 4  # with its picture a digest is to fit one screen
NEWS = "New in alerts:"


def digest_parts(digest: Digest) -> Parts:
    """Compose a digest, without its picture: that follows once it is posted."""
    return tuple(_parts(digest))


def digest_message(digest: Digest) -> Message:
    """Lay out a digest for its channel; its picture has its place above the buttons."""
    return message_of(digest_parts(digest))


def thread_parts(digest: Digest) -> Parts:
    """Compose what stands in the thread of a digest; nothing where nothing moved, and no news."""
    news = alert_lines(digest.request.since.alerts)
    alerts = (Said(NEWS, *news),) if news else ()
    drivers = driver_lines(digest)
    if not drivers:
        return alerts
    return (Headline(moves_headline(digest)), Said(*drivers, account_line(digest)), *alerts)


def thread_message(digest: Digest) -> Message | None:
    """Lay out what stands in the thread, its picture under the headline; None without any."""
    parts = thread_parts(digest)
    if not parts:
        return None
    message = message_of(parts)
    _, *below = message.blocks
    if not below:
        return message
    below[0] = {**below[0], "block_id": PICTURES_ABOVE}
    return replace(message, blocks=(message.blocks[0], *below))


def restatement_message(restated: Sequence[Restated]) -> Message:
    """Lay out a notice of restated figures for the channel that was shown them."""
    return message_of((Headline(RESTATED), Said(*restated_lines(restated))))


def _parts(digest: Digest) -> Iterator[Part]:
    yield Quiet(*warnings(digest.answer.grounds), *notes(digest))
    yield Headline(headline(digest))
    restated = restated_line(digest)
    if digest.is_unchanged:
        yield Said(*standing_lines(digest), restated)
    else:
        yield Said(*found_lines(digest))
        most = MOST_ROWS - (restated is not None)  # what is restated needs room, too
        yield from split_parts(digest.answer, is_compared=True, most=most)
        is_full = restated or notes(digest)  # there is room for one of them
        tiers = None if is_full else tier_line(digest.body.tier_review)
        ahead = outlook_line(digest)
        yield Said(watch_line(digest), ahead, goals_of(digest), tiers, restated)
        yield Quiet(sureness_line(digest))
    yield digest_actions(digest)
    yield Footer(footer(digest.answer.grounds))
