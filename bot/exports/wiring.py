"""Builds the exports feature: the button under a list of accounts."""

from functools import partial

from bot.answers.account_files import account_file
from bot.answers.services import Services
from bot.clock import utc_now
from bot.exports.account_file import FileButton
from bot.feature import Feature
from bot.questions.buttons import CSV_FILE


def feature(services: Services) -> Feature:
    """Serve the buttons that send files; the courier brings them."""
    file = FileButton(
        asking=services.asking,
        write=services.in_turn(partial(account_file, services.answers)),
        store=services.store,
        now=utc_now,
    )
    return Feature(clicks={CSV_FILE: file.send})
