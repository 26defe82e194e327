"""Cohorts as JSON: each with what it keeps at every age."""

from bot.cohorts.table import CohortTable
from bot.cohorts.wording import cohort_name
from bot.questions.document import head_json
from bot.style.document import Json, grounds_json, money_json, period_json, ratio_json
from metrics.cohorts import SignUpCohort


def cohorts_json(table: CohortTable) -> Json:
    """Convert a table of cohorts; an age that a cohort has not reached is left out."""
    asked = {"period": period_json(table.question.period), "cohorts_by": table.length.value}
    return {
        **head_json(table, asked),
        "cohorts": [_cohort(table, one) for one in table.cohorts],
        "hidden": table.hidden,
        **grounds_json(table.grounds),
    }


def _cohort(table: CohortTable, cohort: SignUpCohort) -> Json:
    currency = table.grounds.currency
    return {
        "cohort": cohort_name(cohort, table.length),
        "start": cohort.start.isoformat(),
        "end": cohort.end.isoformat(),
        "accounts": cohort.accounts,
        "gone_in_90_days": cohort.gone_early,
        "early_churn": ratio_json(cohort.early_churn),
        "opening_mrr": money_json(cohort.opening.opening, currency),
        "ages": [
            {
                "months": age,
                "mrr": money_json(kept.closing, currency),
                "accounts": kept.accounts_retained,
                "nrr": ratio_json(kept.nrr),
                "grr": ratio_json(kept.grr),
                "logo_retention": ratio_json(kept.logo_retention),
            }
            for age, kept in cohort.ages.items()
        ],
    }
