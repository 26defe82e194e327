"""The form of a weekly digest: when it comes, what it is about, what it includes."""

import json
from collections.abc import Mapping, Sequence

from bot.digests.choices import Choices
from bot.digests.wording.schedules import WEEKDAYS
from bot.message import Block
from bot.questions.parsing import canonical_scope
from bot.style.blocks import context, plain
from bot.style.fields import MAX_OPTION_VALUE, MAX_OPTIONS, field, initial, menu, ticks
from bot.style.names import dimension_name
from storage.digests.subscriptions import DigestPeriod, DigestSection

DIGEST_FORM = "nrr_digest"
"""The form's callback id."""

WEEKDAY, HOUR = "weekday", "hour"
ZONE, OTHER_ZONE = "time_zone", "other_time_zone"
SCOPE, DIMENSION, PERIOD, SECTIONS = "scope", "dimension", "period", "parts"

PERIODS: Mapping[str, str] = {
    DigestPeriod.LAST_MONTH: "Last complete month",
    DigestPeriod.QUARTER_TO_DATE: "Quarter to date",
    DigestPeriod.TTM: "Trailing twelve months",
}
INCLUDED: Mapping[str, str] = {
    DigestSection.BRIDGE: "Picture: from opening to closing MRR",
    DigestSection.TREND: "Picture: NRR of each segment over 24 months",
    DigestSection.DRIVERS: "What drove it: the largest gains and losses",
    DigestSection.DIAGNOSIS: "What to watch: masking, leaks, growth that only replaces",
}
COMMON_ZONES = (
    "UTC",
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Phoenix",
    "America/Chicago",
    "America/Mexico_City",
    "America/New_York",
    "America/Toronto",
    "America/Bogota",
    "America/Halifax",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "Atlantic/Azores",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Amsterdam",
    "Europe/Berlin",
    "Europe/Brussels",
    "Europe/Copenhagen",
    "Europe/Madrid",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Prague",
    "Europe/Rome",
    "Europe/Stockholm",
    "Europe/Vienna",
    "Europe/Warsaw",
    "Europe/Zurich",
    "Europe/Athens",
    "Europe/Bucharest",
    "Europe/Helsinki",
    "Europe/Kyiv",
    "Europe/Istanbul",
    "Africa/Lagos",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Nairobi",
    "Asia/Jerusalem",
    "Asia/Riyadh",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Manila",
    "Asia/Singapore",
    "Australia/Perth",
    "Asia/Seoul",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Melbourne",
    "Australia/Sydney",
    "Pacific/Auckland",
)
"""From west to east; any other can be typed."""

MAX_SCOPE = 2_000
MAX_ZONE = 60
_NEXT_WEEK = "A change of day, hour or time zone applies from next week on."


def digest_form(
    choices: Choices, *, about: Mapping[str, str | int], dimensions: Sequence[str]
) -> Block:
    """Return the form, filled in with ``choices``.

    Parameters
    ----------
    about : mapping
        What comes back with the submission: the channel, and the subscription that is changed.
    dimensions : sequence of str
        What the ledger can be split by.
    """
    is_change = "subscription_id" in about
    return {
        "type": "modal",
        "callback_id": DIGEST_FORM,
        "private_metadata": json.dumps(dict(about)),
        "title": plain("Change the digest" if is_change else "Weekly digest"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [
            *_when(choices),
            *_what(choices, dimensions),
            *([context(_NEXT_WEEK)] if is_change else []),
        ],
    }


def _when(choices: Choices) -> tuple[Block, ...]:
    hours = {str(hour): f"{hour:02}:00" for hour in range(24)}
    zones = dict.fromkeys((choices.time_zone, *COMMON_ZONES))
    return (
        menu(WEEKDAY, "Day", WEEKDAYS, choices.weekday),
        menu(HOUR, "Hour", hours, str(choices.hour)),
        menu(ZONE, "Time zone", {zone: zone for zone in zones}, choices.time_zone),
        field(
            OTHER_ZONE,
            "Another time zone, if it is not in the list",
            {"type": "plain_text_input", "max_length": MAX_ZONE},
            hint="Its name, such as America/Lima; it counts instead of the list.",
            optional=True,
        ),
    )


def _what(choices: Choices, dimensions: Sequence[str]) -> tuple[Block, ...]:
    shown = [name for name in dimensions if len(name) <= MAX_OPTION_VALUE]
    names = dict.fromkeys((choices.content.dimension, *shown))
    return (
        field(
            SCOPE,
            "Which accounts",
            {
                "type": "plain_text_input",
                "max_length": MAX_SCOPE,
                "placeholder": plain("enterprise"),
                **initial(canonical_scope(choices.content.scope)),
            },
            hint="As in a question; empty for the whole company.",
            optional=True,
        ),
        menu(
            DIMENSION,
            "Split by",
            {name: dimension_name(name) for name in list(names)[:MAX_OPTIONS]},
            choices.content.dimension,
        ),
        menu(PERIOD, "Period", PERIODS, choices.content.period),
        ticks(SECTIONS, "Beside the numbers", INCLUDED, choices.content.sections),
    )
