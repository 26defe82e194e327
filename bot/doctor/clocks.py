"""Whether two clocks agree."""

from datetime import datetime

from bot.doctor.findings import Finding, bad, good

MOST_SECONDS = 60
"""Well below the five minutes after which Slack's requests are refused as old."""


def compare_clocks(check: str, whose: str, theirs: datetime, *, ours: datetime) -> Finding:
    """Compare this machine's clock with another one."""
    if abs((ours - theirs).total_seconds()) <= MOST_SECONDS:
        return good(check, f"this machine's clock agrees with {whose}")
    return bad(
        check,
        f"this machine's clock is more than a minute off {whose}: let NTP set it, here"
        " (timedatectl set-ntp true) or there",
    )
