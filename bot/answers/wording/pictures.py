"""The title and the alt text of the bridge."""

from bot.answers.answer import Answer
from bot.answers.wording.rows import terms_grid
from bot.style.figures import NO_BASE, percent
from bot.style.names import WHOLE_COMPANY, period_name, scope_name, shortened
from bot.style.pictures import MAX_ALT_TEXT


def finding(answer: Answer, name: str | None = None) -> str:
    """Sum the bridge up: "enterprise kept 101.5% of its MRR in 2026-Q3: …".

    ``name`` is what to call the accounts, where their own name cannot be written.
    """
    who, period = name or scope_name(answer.question.scope), period_name(answer.period)
    who = "The whole company" if who == WHOLE_COMPANY else who
    if answer.retention.nrr is None:
        return f"{who}, {period}: {NO_BASE}"
    kept = "kept" if answer.period.complete else "has kept"
    share = percent(answer.retention.nrr)
    return f"{who} {kept} {share} of its {answer.unit.name} in {period}: {_balance(answer)}"


def bridge_alt_text(answer: Answer) -> str:
    """Describe the bridge with every figure that it shows, at most 1,000 characters."""
    if answer.retention.nrr is None:
        return shortened(finding(answer), MAX_ALT_TEXT)
    bars = "; ".join(
        f"{part} {money} ({share})" for part, money, share in terms_grid(answer).rows[:5]
    )
    return shortened(f"{finding(answer)}. Waterfall chart: {bars}.", MAX_ALT_TEXT)


def _balance(answer: Answer) -> str:
    gained = answer.retention.expansion
    lost = answer.retention.contraction + answer.retention.churn
    match (gained > 0, lost > 0):
        case (False, False):
            return "nothing changed"
        case (True, False):
            return "expansion and no losses"
        case (False, True):
            return "losses and no expansion"
        case _ if gained == lost:
            return "expansion made up for losses exactly"
        case _:
            return "expansion outweighed losses" if gained > lost else "losses outweighed expansion"
