"""The review of the data as JSON."""

from datetime import date

from bot.data_quality.problems import problems
from bot.style.document import Json, moment_json, money_json, ratio_json
from metrics.period_grammar import ONE_DAY
from storage.quality.accounts import ReviewedAccount
from storage.quality.bridge import BridgeRow, differing
from storage.quality.drivers import DriverCoverage
from storage.quality.feeds import Feed
from storage.quality.restatements import RestatedFigure
from storage.quality.review import DataReview

_MOST = 100
"""Accounts, and pairs of them, that a document names; all are counted."""


def review_json(review: DataReview, *, today: date) -> Json:
    """Give everything that is known of the quality of the data; money with all its decimals."""
    currency = review.currency
    return {
        "data_through": review.end.isoformat(),
        "currency": currency,
        "problems": [
            {"sentence": one.sentence, "remedy": one.remedy}
            for one in problems(review, today=today, names=True)
        ],
        "paying": {"accounts": review.paying.count, "mrr": money_json(review.paying.mrr, currency)},
        "reconciles": not differing(review.bridge),
        "bridge": [_row(row) for row in review.bridge if row.month < review.end],
        "drivers": _drivers(review.drivers, currency),
        "lacking": {
            gap.dimension: {
                "accounts": gap.lacking.count,
                "mrr": money_json(gap.lacking.mrr, currency),
                "any_has_one": gap.is_known,
            }
            for gap in review.gaps
        },
        "look_alikes_total": len(review.alike),
        "look_alikes": [
            [_account(pair.one, currency), _account(pair.other, currency)]
            for pair in review.alike[:_MOST]
        ],
        **_unmatched(review),
        "sources": [_source(one) for one in review.feeds],
        "restatements": [_restatement(one) for one in review.restatements],
    }


def _source(feed: Feed) -> Json:
    through = feed.covered_through
    return {
        "source": feed.name,
        "at": feed.at and moment_json(feed.at),
        "covered_through": through and (through - ONE_DAY).isoformat(),
        "keeps_itself_up_to_date": feed.is_kept,
        "failure": feed.failure,
        "failed_since": feed.failed_since and moment_json(feed.failed_since),
        "notes": [{"at": moment_json(note.at), "said": note.said} for note in feed.notes],
    }


def _restatement(one: RestatedFigure) -> Json:
    return {
        "scope": dict(one.scope),
        "start": one.start.isoformat(),
        "through": (one.end - ONE_DAY).isoformat(),
        "nrr_before": ratio_json(one.before),
        "nrr_after": ratio_json(one.after),
        "at": moment_json(one.at),
    }


def _row(row: BridgeRow) -> Json:
    return {
        "month": f"{row.month:%Y-%m}",
        "segment": row.segment,
        "currency": row.currency,
        "opening": money_json(row.opening, row.currency),
        "movements": money_json(row.movements, row.currency),
        "closing": money_json(row.closing, row.currency),
        "difference": money_json(row.difference, row.currency),
    }


def _drivers(drivers: DriverCoverage, currency: str) -> Json:
    return {
        "moved": money_json(drivers.total, currency),
        "without": money_json(drivers.without, currency),
        "without_share": ratio_json(drivers.without_share),
        "unknown_share": ratio_json(drivers.unknown_share),
        "unknown": {name: money_json(minor, currency) for name, minor in drivers.unknown.items()},
    }


def _unmatched(review: DataReview) -> Json:
    if review.unmatched is None:
        return {"unmatched_total": None, "unmatched": None}
    return {
        "unmatched_total": len(review.unmatched),
        "unmatched": [
            {
                **_account(one.account, review.currency),
                "source": one.source,
                "likely": one.likely and one.likely.account_id,
            }
            for one in review.unmatched[:_MOST]
        ],
    }


def _account(account: ReviewedAccount, currency: str) -> Json:
    return {
        "account_id": account.account_id,
        "name": account.name,
        "mrr": money_json(account.mrr, currency),
    }
