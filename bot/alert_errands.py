"""What the lines of ``nrrbot alerts`` do."""

from bot.alert_json import alerts_json
from bot.alert_report import AlertReport
from bot.alerting import Alerting
from bot.answers import Answers
from bot.clock import utc_now
from bot.config import Settings
from bot.console import out, print_json
from bot.terminal import print_grid
from bot.typed_days import parse_today
from bot.wording.alerts import FIGURES, alert_grid
from storage import schema
from storage.engine import Store

NOTHING = "No alert is firing or pending."
NEVER = (
    "No alert was evaluated yet: run `nrrbot alerts evaluate` after an import that closes months."
)


def evaluate_alerts(today: str | None, *, as_json: bool) -> None:
    """Evaluate every rule on the newest data and print the alerts that are not inactive.

    Raises
    ------
    UsageError, SettingsError, StorageError
        With one sentence: the day cannot be read, or the ledger is empty.
    """
    day = parse_today(today)
    alerting = _alerting()
    report = alerting.evaluate(today=day or alerting.answers.today())
    _print(report.noteworthy(), as_json=as_json, otherwise=NOTHING)


def list_alerts(*, as_json: bool) -> None:
    """Print how every alert stood when it was evaluated last.

    Raises
    ------
    SettingsError, StorageError
        If there is no store to ask.
    """
    _print(_alerting().listed(), as_json=as_json, otherwise=NEVER)


def _alerting() -> Alerting:
    settings = Settings.load()
    store = Store(settings.database_url.get_secret_value())
    schema.require_head(store)
    return Alerting(answers=Answers.of(store, settings), now=utc_now)


def _print(report: AlertReport, *, as_json: bool, otherwise: str) -> None:
    if as_json:
        print_json(alerts_json(report))
    elif report.alerts:
        print_grid(alert_grid(report), out, figures=FIGURES)
    else:
        out.print(otherwise, markup=False, highlight=False, soft_wrap=True)
