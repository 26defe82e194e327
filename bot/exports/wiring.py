"""Builds the exports feature: the button under a list of accounts."""

from bot.answers.services import Services
from bot.clock import utc_now
from bot.exports.account_file import AccountFile
from bot.feature import Feature
from bot.questions.buttons import CSV_FILE


def feature(services: Services) -> Feature:
    """Serve the buttons that send files; the courier brings them."""
    file = AccountFile(
        asking=services.asking,
        accounts=services.in_turn(services.answers.accounts),
        store=services.store,
        now=utc_now,
    )
    return Feature(clicks={CSV_FILE: file.send})
