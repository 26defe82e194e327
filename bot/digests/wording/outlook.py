"""The line of a monthly digest on what is known of the days ahead."""

from bot.digests.digest import Digest
from bot.outlook.wording import has_open_ends
from bot.style.figures import percent
from bot.style.grid import LabelledText
from bot.style.names import day_words
from metrics.period_grammar import ONE_DAY


def outlook_line(digest: Digest) -> LabelledText | None:
    """Write NRR of the days ahead if nothing moves but what is known; None where nothing is."""
    outlook = digest.body.outlook
    if outlook is None or outlook.known.retention.nrr is None:
        return None
    last, known = outlook.end - ONE_DAY, outlook.known
    said = f"NRR {percent(known.retention.nrr)} by {day_words(last)} if nothing else moves"
    if has_open_ends(outlook):
        said = f"{said}, {percent(known.if_renewed.nrr)} with all renewals"
    return LabelledText("Outlook:", f"{said}.")
