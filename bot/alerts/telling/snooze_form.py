"""The form that snoozes an alert: its last day, and a reason if there is one."""

from datetime import date, timedelta

from bot.alerts.refs import AlertRef
from bot.message import Block
from bot.style.fields import field, form
from metrics.alerts.silence import LONGEST_SNOOZE

ALERT_SNOOZE_FORM = "alert_snooze_form"  # the callback id

UNTIL, REASON = "until", "reason"

USUAL_SNOOZE = timedelta(weeks=2)
MAX_REASON = 500


def snooze_form(ref: AlertRef, *, today: date, channel_id: str) -> Block:
    """Build the form for one alert; the outcome is posted in the channel that it carries."""
    # Slack's calendar has no last day: the length of a snooze is checked when it is submitted.
    latest = today + LONGEST_SNOOZE
    day = {"type": "datepicker", "initial_date": (today + USUAL_SNOOZE).isoformat()}
    text = {"type": "plain_text_input", "multiline": True, "max_length": MAX_REASON}
    blocks = (
        field(
            UNTIL,
            "Until",
            day,
            hint=f"At most {LONGEST_SNOOZE.days} days: {latest.day} {latest:%B %Y}."
            " You still hear when it recovers.",
        ),
        field(REASON, "Why", text, hint="Everybody who lists the alerts sees it.", optional=True),
    )
    about = {"ref": ref.text(), "channel_id": channel_id}
    return form(ALERT_SNOOZE_FORM, "Snooze an alert", blocks, about=about, submit="Snooze")
