"""The picture of cohorts: a heat map of the MRR that each keeps by age."""

from fractions import Fraction

from bot.charts.lettering import drawable
from bot.charts.picture import png
from bot.charts.values import Caption, Chart, Empty, HeatCell, HeatMap, HeatRow
from bot.cohorts.table import CohortTable
from bot.cohorts.wording import age_name, cohort_name, whole_finding
from bot.style.figures import percent
from bot.style.names import scope_name, shortened
from bot.style.pictures import MAX_ALT_TEXT
from metrics.cohorts import SignUpCohort
from metrics.money import round_half_up
from storage.delivery.parcels import Picture

_NOTHING = "No cohort is old enough yet"
_SUBTITLE = "MRR kept by months since sign-up; 100% is what they paid at first"


def cohort_picture(table: CohortTable, *, source: str = "") -> Picture:
    """Draw cohorts, with their words; ``source`` is for a picture alone in a file."""
    return Picture(png(cohort_chart(table, source=source)), cohort_alt_text(table))


def cohort_chart(table: CohortTable, *, source: str = "") -> Chart:
    """Chart the MRR that cohorts keep by age, the newest on top."""
    scope = table.question.scope
    of = f" · {drawable(scope_name(scope)) or 'this segment'}" if scope else ""
    caption = Caption(title=whole_finding(table), subtitle=f"{_SUBTITLE}{of}", source=source)
    if not table.ages:
        return Empty(caption=caption, reason=_NOTHING)
    return HeatMap(
        caption=caption,
        columns=tuple(map(age_name, table.ages)),
        rows=tuple(_row(table, one) for one in reversed(table.cohorts)),
        head="accounts",
    )


def cohort_alt_text(table: CohortTable) -> str:
    """Describe the picture with its figures, at most 1,000 characters."""
    rows = (
        f"{cohort_name(one, table.length)} "
        + ", ".join(f"{percent(one.nrr(age))} at {age_name(age)}" for age in one.ages if age)
        for one in reversed(table.cohorts)
    )
    return shortened(f"{whole_finding(table)}. Heat map: {'; '.join(rows)}.", MAX_ALT_TEXT)


def _row(table: CohortTable, cohort: SignUpCohort) -> HeatRow:
    return HeatRow(
        name=cohort_name(cohort, table.length),
        note=f"{cohort.accounts:,}",
        cells=tuple(_cell(cohort.nrr(age)) for age in table.ages),
    )


def _cell(share: Fraction | None) -> HeatCell | None:
    if share is None:
        return None
    return HeatCell(share=share, label=f"{round_half_up(share * 100, 0)}%")
