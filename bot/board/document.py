"""A board pack as JSON, and the hash over its figures."""

import json
from hashlib import sha256

from bot.answers.document import reply_json
from bot.board.pack import AsClosed, BoardPack
from bot.style.document import Json, period_json, retention_json


def pack_json(pack: BoardPack) -> Json:
    """Give every reply that a pack is made of, as each would be given alone."""
    return {**_figures(pack), "sha256": fingerprint(pack)}


def fingerprint(pack: BoardPack) -> str:
    """Hash all figures of a pack: another figure gives another hash."""
    text = json.dumps(_figures(pack), ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()


def _figures(pack: BoardPack) -> Json:
    closings = pack.closings
    return {
        "period": reply_json(pack.answer),
        "twelve_months": pack.year and reply_json(pack.year),
        "why": reply_json(pack.why),
        "trend": pack.trend and reply_json(pack.trend),
        "cohorts": pack.cohorts and reply_json(pack.cohorts),
        "as_closed": closings and [_closing(one, pack.grounds.currency) for one in closings],
    }


def _closing(one: AsClosed, currency: str) -> Json:
    return {
        "period": period_json(one.period),
        "then": one.then and retention_json(one.then, currency),
        "now": retention_json(one.now, currency),
        "is_restated": one.is_restated,
    }
