"""An outlook as JSON: NRR if nothing else moves, if all ends are renewed, and its parts."""

from bot.outlook.outlook import Outlook
from bot.questions.document import head_json
from bot.style.document import Json, grounds_json, money_json
from bot.style.document import retention_json as retention
from metrics.outlook import OutlookPart
from metrics.period_grammar import ONE_DAY


def outlook_json(outlook: Outlook) -> Json:
    """Convert an outlook; ``accounts`` are null where they may not be counted."""
    currency, known, last = outlook.grounds.currency, outlook.known, outlook.end - ONE_DAY
    asked = {"from": outlook.first.isoformat(), "to": last.isoformat()}
    return {
        **head_json(outlook, asked),
        "balances_of": (outlook.day - ONE_DAY).isoformat(),
        "result": retention(known.retention, currency),
        "if_renewed": retention(known.if_renewed, currency),
        "parts": [
            {"kind": kind, "driver": driver or None, **_part(outlook, part, currency)}
            for (kind, driver), part in known.parts.items()
        ],
        "arriving": _part(outlook, known.arriving, currency),
        **grounds_json(outlook.grounds),
    }


def _part(outlook: Outlook, part: OutlookPart, currency: str) -> Json:
    accounts = part.accounts if outlook.counts_accounts else None
    return {"accounts": accounts, "mrr": money_json(part.minor, currency)}
