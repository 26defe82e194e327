"""The three uses of the bot, shown on a demo company: an answer, a digest, an alert that fires."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console

from bot.alerts.evaluating import Evaluator
from bot.alerts.refs import AlertRef
from bot.alerts.rules.report import month_of
from bot.alerts.telling.details import AlertMessage
from bot.alerts.telling.details_reader import DetailsReader
from bot.alerts.telling.message import alert_parts
from bot.alerts.telling.wording.sentences import footer as alert_footer
from bot.answers.answers import Answers
from bot.answers.reply import reply_picture
from bot.answers.terminal import print_reply
from bot.clock import Clock
from bot.digests.building import build_digest
from bot.digests.digest import Digest, DigestRequest
from bot.digests.message import digest_parts
from bot.style.grounds import footer
from bot.style.terminal import print_parts
from metrics.alerts.grouping import Alert
from metrics.alerts.states import StateName
from metrics.schedules import week_of
from storage.delivery.parcels import Picture
from storage.digests.subscriptions import DigestContent

QUESTION = "smb last-quarter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use of the bot: who sees what, how it is printed, and its picture.

    ``show`` prints the message, with the file that its picture is in, if it has one.
    """

    name: str
    heading: str
    show: Callable[[Console, Path | None], None]
    picture: Callable[[], Picture | None]


def uses(answers: Answers, *, now: Clock) -> Iterator[Use]:
    """Yield the uses in the order of a working week; an alert only where one fires."""
    reply = answers.ask(QUESTION)
    yield Use(
        name="answer",
        heading=f"You ask, in Slack or here: /nrr {QUESTION}",
        show=lambda console, chart: print_reply(reply, console, chart=chart),
        picture=lambda: reply_picture(reply, source=footer(reply.grounds)),
    )
    digest = main_digest(answers)
    yield Use(
        name="digest",
        heading="Every Monday, in the channel that wants it",
        show=lambda console, chart: print_parts(digest_parts(digest), console, chart),
        picture=lambda: _digest_picture(digest),
    )
    alert = newest_alert(answers, now=now)
    if alert is not None:
        yield Use(
            name="alert",
            heading="On the day that a closed month breaks a rule, once, to those who own it",
            show=lambda console, chart: print_parts(alert_parts(alert), console, chart),
            picture=lambda: _alert_picture(alert),
        )


def main_digest(answers: Answers) -> Digest:
    """Build the digest with the usual settings, as whoever holds the ledger sees it."""
    today = answers.today()
    request = DigestRequest(
        content=DigestContent(dimension=""),
        week=week_of(today),
        today=today,
        names_shown=False,
        small_shown=True,
    )
    return build_digest(answers, request)


def newest_alert(answers: Answers, *, now: Clock) -> AlertMessage | None:
    """Evaluate the rules, and compose the message of the alert that fires since last."""
    report = Evaluator(answers=answers, now=now).evaluate(today=answers.today())
    firing = [alert for alert in report.alerts if alert.state.name is StateName.FIRING]
    if not firing:
        return None
    alert = max(firing, key=_began)
    ref = AlertRef(fingerprint=alert.rule.fingerprint, episode=1, month=month_of(alert))
    details = DetailsReader(answers=answers).read_for_button(alert, ref, recipient_id="")
    return AlertMessage(notices=(details,), breakdown=(), more=0, names_shown=True)


def _began(alert: Alert) -> tuple[date, str]:
    run = alert.state.status.run
    return run.began if run else date.min, alert.rule.fingerprint


def _digest_picture(digest: Digest) -> Picture | None:
    from bot.digests.chart import digest_pictures  # noqa: PLC0415 - matplotlib is slow to load

    return next(iter(digest_pictures(digest, source=footer(digest.answer.grounds))), None)


def _alert_picture(alert: AlertMessage) -> Picture:
    from bot.alerts.telling.chart import alert_picture  # noqa: PLC0415 - as above

    worst = alert.notices[0]
    return alert_picture(worst, source=alert_footer(worst))
