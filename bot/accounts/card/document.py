"""A card as JSON: all that is recorded of an account, each movement with its source."""

from bot.accounts.card.card import AccountCard, AccountChoice
from bot.style.document import Json, grounds_json, moment_json, money_json, period_json
from metrics.contracts.terms import Term
from storage.ledger.account_record import AccountFound, RecordedMovement


def card_json(card: AccountCard) -> Json:
    """Convert a card; its MRR is in the reply's currency, movements are in their own."""
    record, currency = card.record, card.grounds.currency
    return {
        "question": {"text": card.question.words.text, "period": period_json(card.question.period)},
        "note": card.question.note,
        "currency": currency,
        "account": _account(record.account, currency),
        "day": record.day.isoformat(),
        "part_of": record.family.part_of,
        "accounts_beneath": record.family.beneath,
        "since": record.since and record.since.isoformat(),
        "left_on": card.left_on and card.left_on.isoformat(),
        "course": [
            {"day": day.isoformat(), "mrr": money_json(minor, currency)}
            for day, minor in record.course
        ],
        "movements": [_movement(one) for one in record.movements],
        "ahead": [
            {
                "date": one.day.isoformat(),
                "amount": money_json(one.amount_minor, one.currency),
                "currency": one.currency,
                "driver": one.driver,
            }
            for one in record.waiting
        ],
        "contract": {
            "renews_on": record.renews_on and record.renews_on.isoformat(),
            "terms": [_term(one) for one in record.terms],
        },
        "signals": [
            {"metric": one.metric, "value": f"{one.value:f}", "day": one.day.isoformat()}
            for one in record.signals
        ],
        **grounds_json(card.grounds),
    }


def choice_json(choice: AccountChoice) -> Json:
    """Convert a choice of accounts."""
    return {
        "question": {
            "text": choice.question.words.text,
            "period": period_json(choice.question.period),
        },
        "note": choice.question.note,
        "currency": choice.grounds.currency,
        "accounts": [_account(one, choice.grounds.currency) for one in choice.found],
        "has_more": choice.has_more,
        **grounds_json(choice.grounds),
    }


def _account(account: AccountFound, currency: str) -> Json:
    return {
        "account_id": account.account_id,
        "name": account.name,
        "owner": account.attributes.get("owner"),
        "mrr": money_json(account.mrr, currency),
        "attributes": dict(account.attributes),
    }


def _movement(one: RecordedMovement) -> Json:
    return {
        "account_id": one.account_id,
        "date": one.day.isoformat(),
        "amount": money_json(one.amount_minor, one.currency),
        "currency": one.currency,
        "driver": one.driver,
        "product": one.product,
        "movement_id": one.movement_id,
        "recorded_at": moment_json(one.recorded_at),
        "import": one.import_id,
        "file": one.import_name,
        "source": one.source,
        "source_row": one.source_row,
        "taken_back": one.is_taken_back,
    }


def _term(one: Term) -> Json:
    course = one.course
    return {
        "start": one.start.isoformat(),
        "last_day": one.last and one.last.isoformat(),
        "product": one.position.product,
        "amount": money_json(one.price.amount_minor, one.position.currency),
        "currency": one.position.currency,
        "months": int(one.price.cadence),
        "status": course.status,
        "cancelled_on": course.cancelled_on and course.cancelled_on.isoformat(),
        "past_due_since": course.past_due_since and course.past_due_since.isoformat(),
    }
