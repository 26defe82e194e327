"""Terms as rows of words, and schedules as lines that a person can read."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypedDict, Unpack

from metrics.contracts.schedule import schedule
from metrics.contracts.terms import Cadence, Position, Price, Renewing, Term, TermCourse, TermStatus

TODAY = date(2026, 11, 21)


class Said(TypedDict, total=False):
    """What a term says besides its days and its amount; days are texts."""

    per: Cadence
    product: str
    currency: str
    contract: str
    amends: str
    renews: bool
    escalator: int
    seats: int
    off: int
    off_percent: int
    off_until: str
    usage: bool
    status: TermStatus
    cancelled: str
    paused: str
    resumed: str
    trial: str
    failed: str


@dataclass(frozen=True)
class _Days:
    said: Said

    def __getitem__(self, name: str) -> date | None:
        text = {**self.said}.get(name)
        return date.fromisoformat(str(text)) if text else None


def term(days: str, amount: int, **said: Unpack[Said]) -> Term:
    """Build a term of days such as ``"2026-01-01 2026-12-31"``, or without the second one."""
    start, _, last = days.partition(" ")
    day = _Days(said)
    escalator = said.get("escalator")
    return Term(
        start=date.fromisoformat(start),
        last=date.fromisoformat(last) if last else None,
        position=Position(said.get("product"), said.get("currency", "USD")),
        price=Price(
            amount_minor=amount,
            cadence=said.get("per", Cadence.TOTAL),
            discount_minor=said.get("off", 0),
            discount_share=Fraction(said.get("off_percent", 0), 100),
            discount_last=day["off_until"],
            seats=said.get("seats"),
        ),
        contract=said.get("contract"),
        amends=said.get("amends"),
        renewing=Renewing(
            said.get("renews"), None if escalator is None else Fraction(escalator, 100)
        ),
        course=TermCourse(
            status=said.get("status", TermStatus.ACTIVE),
            cancelled_on=day["cancelled"],
            paused_on=day["paused"],
            resumed_on=day["resumed"],
            trial_last=day["trial"],
            past_due_since=day["failed"],
        ),
        is_usage=said.get("usage", False),
    )


def lines(*terms: Term, today: date = TODAY) -> list[str]:
    """Work out the schedule of an account: its changes as ``"2026-01-01 +100 seats"``."""
    return [
        " ".join(
            filter(
                None,
                [
                    str(change.day),
                    f"{change.amount_minor:+d}",
                    change.position.product,
                    None if change.position.currency == "USD" else change.position.currency,
                    change.driver,
                ],
            )
        )
        for change in schedule(terms, today=today).changes
    ]
