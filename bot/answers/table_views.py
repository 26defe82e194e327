"""Views whose reply is a table of its own, each as every face shows it."""

from collections.abc import Iterable

from bot.cohorts import message as cohorts_message
from bot.cohorts.document import cohorts_json
from bot.cohorts.table import CohortTable
from bot.migration import message as migration_message
from bot.migration.document import migration_json
from bot.migration.matrix import MigrationMatrix
from bot.outlook import message as outlook_message
from bot.outlook.document import outlook_json
from bot.outlook.outlook import Outlook
from bot.questions.buttons import FollowUp
from bot.renewals import message as renewals_message
from bot.renewals.calendar import RenewalCalendar
from bot.renewals.document import renewals_json
from bot.style.document import Json
from bot.style.parts import Parts
from storage.delivery.parcels import Picture

TableView = CohortTable | MigrationMatrix | RenewalCalendar | Outlook
"""A reply that is a table of its own."""


def table_follow_ups(view: TableView) -> list[FollowUp]:
    """List the questions to ask after a view, as buttons in this order."""
    match view:
        case CohortTable():
            return cohorts_message.follow_ups(view)
        case MigrationMatrix():
            return migration_message.follow_ups(view)
        case RenewalCalendar():
            return renewals_message.follow_ups(view)
        case Outlook():
            return outlook_message.follow_ups(view)


def table_compositions(view: TableView) -> Iterable[Parts]:
    """Compose a view as a message, the longest first."""
    match view:
        case CohortTable():
            return cohorts_message.cohort_compositions(view)
        case MigrationMatrix():
            return (migration_message.matrix_parts(view),)
        case RenewalCalendar():
            return (renewals_message.calendar_parts(view),)
        case Outlook():
            return (outlook_message.outlook_parts(view),)


def printed_table(view: TableView) -> Parts:
    """Compose a view for a terminal, with all of its rows."""
    match view:
        case CohortTable():
            return cohorts_message.printed_cohorts(view)
        case MigrationMatrix():
            return migration_message.printed_matrix(view)
        case RenewalCalendar():
            return renewals_message.printed_calendar(view)
        case Outlook():
            return outlook_message.outlook_parts(view)


def table_json(view: TableView) -> Json:
    """Convert a view."""
    match view:
        case CohortTable():
            return cohorts_json(view)
        case MigrationMatrix():
            return migration_json(view)
        case RenewalCalendar():
            return renewals_json(view)
        case Outlook():
            return outlook_json(view)


def table_picture(view: TableView, *, source: str = "") -> Picture | None:
    """Draw a view, with its words."""
    # Loading matplotlib takes longer than answering, and most replies are never drawn.
    if isinstance(view, CohortTable):
        from bot.cohorts.chart import cohort_picture  # noqa: PLC0415

        return cohort_picture(view, source=source)
    if not isinstance(view, MigrationMatrix):  # their tables say it better
        return None
    from bot.migration.chart import matrix_picture  # noqa: PLC0415

    return matrix_picture(view, source=source)


def table_alt_text(view: TableView) -> str:
    """Describe the picture of a view with its figures."""
    if isinstance(view, CohortTable):
        from bot.cohorts.chart import cohort_alt_text  # noqa: PLC0415

        return cohort_alt_text(view)
    if not isinstance(view, MigrationMatrix):
        return ""
    from bot.migration.chart import matrix_alt_text  # noqa: PLC0415

    return matrix_alt_text(view)
