"""Views whose reply is a table of its own, each as every face shows it."""

from collections.abc import Iterable

from bot.cohorts import message as cohorts_message
from bot.cohorts.document import cohorts_json
from bot.cohorts.table import CohortTable
from bot.migration import message as migration_message
from bot.migration.document import migration_json
from bot.migration.matrix import MigrationMatrix
from bot.questions.buttons import FollowUp
from bot.style.document import Json
from bot.style.parts import Parts
from storage.delivery.parcels import Picture

TableView = CohortTable | MigrationMatrix
"""A reply that is a table of its own."""


def table_follow_ups(view: TableView) -> list[FollowUp]:
    """List the questions to ask after a view, as buttons in this order."""
    if isinstance(view, CohortTable):
        return cohorts_message.follow_ups(view)
    return migration_message.follow_ups(view)


def table_compositions(view: TableView) -> Iterable[Parts]:
    """Compose a view as a message, the longest first."""
    if isinstance(view, CohortTable):
        return cohorts_message.cohort_compositions(view)
    return (migration_message.matrix_parts(view),)


def printed_table(view: TableView) -> Parts:
    """Compose a view for a terminal, with all of its rows."""
    if isinstance(view, CohortTable):
        return cohorts_message.printed_cohorts(view)
    return migration_message.printed_matrix(view)


def table_json(view: TableView) -> Json:
    """Convert a view."""
    return cohorts_json(view) if isinstance(view, CohortTable) else migration_json(view)


def table_picture(view: TableView, *, source: str = "") -> Picture | None:
    """Draw a view, with its words."""
    # Loading matplotlib takes longer than answering, and most replies are never drawn.
    if isinstance(view, CohortTable):
        from bot.cohorts.chart import cohort_picture  # noqa: PLC0415

        return cohort_picture(view, source=source)
    from bot.migration.chart import matrix_picture  # noqa: PLC0415

    return matrix_picture(view, source=source)


def table_alt_text(view: TableView) -> str:
    """Describe the picture of a view with its figures."""
    if isinstance(view, CohortTable):
        from bot.cohorts.chart import cohort_alt_text  # noqa: PLC0415

        return cohort_alt_text(view)
    from bot.migration.chart import matrix_alt_text  # noqa: PLC0415

    return matrix_alt_text(view)
