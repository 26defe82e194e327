"""Lines on what moved a base: each kind of change with its reasons, and the largest accounts."""

from collections.abc import Iterator
from fractions import Fraction

from bot.digests.digest import Digest
from bot.findings.reasons import reason_name, reason_shares
from bot.style.differences import as_shown
from bot.style.figures import points
from bot.style.grid import LabelledText
from bot.style.names import in_a_sentence, period_name, safe_name
from metrics.activity import Activity
from metrics.listing import few_of
from metrics.movements import MovementKind
from storage.ledger.account_changes import AccountChange

MOST_REASONS = 4
_KINDS = {
    MovementKind.CHURN: "Churn",
    MovementKind.CONTRACTION: "Contraction",
    MovementKind.EXPANSION: "Expansion",
}


def moves_headline(digest: Digest) -> str:
    """Name the period whose moves follow; the picture below has its figures."""
    return f"What moved {in_a_sentence(period_name(digest.answer.period))}"


def driver_lines(digest: Digest) -> tuple[LabelledText, ...]:
    """Write the changes of the base by kind, the largest first, each with its reasons."""
    thread = digest.body.thread
    if thread is None:
        return ()
    return tuple(_driver_lines(digest, thread.drivers))


def account_line(digest: Digest) -> LabelledText | None:
    """Write the largest single accounts; None where none may be named, or none moved so much."""
    thread = digest.body.thread
    accounts = thread.accounts if thread else None
    if accounts is None:
        return None
    found = sorted((*accounts.losses, *accounts.gains), key=lambda one: -abs(one.change))
    named = [words for one in found if (words := _account(digest, one))]
    return LabelledText("Largest single accounts:", f"{', '.join(named)}.") if named else None


def _driver_lines(digest: Digest, drivers: Activity) -> Iterator[LabelledText]:
    found = [(drivers.by_kind.get(kind, 0), kind) for kind in _KINDS]
    for amount, kind in sorted(found, key=lambda one: -abs(one[0])):
        if amount:
            label = f"{_KINDS[kind]} {digest.answer.unit.signed_short(amount)}:"
            yield LabelledText(label, f"{_reasons(drivers.drivers_of(kind))}.")


def _reasons(drivers: dict[str, int]) -> str:
    named = [f"{reason_name(one)} {share}%" for one, share in reason_shares(drivers).items()]
    return few_of(named, MOST_REASONS)


def _account(digest: Digest, account: AccountChange) -> str | None:
    share = digest.answer.retention.share_of_opening(account.change) or Fraction(0)
    if not as_shown(share):
        return None  # it would be "0.0 pts": nobody acts on that
    name = safe_name(account.name or account.account_id)
    ending = "" if account.closing else ", paused" if account.is_paused else ", left"
    change = digest.answer.unit.signed_short(account.change)
    return f"{name} {change} ({points(share)}{ending})"
