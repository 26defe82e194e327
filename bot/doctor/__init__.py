"""``nrrbot doctor``: everything that the bot rests on, looked at once, and what to do about it."""

from bot.doctor.examination import examine
from bot.doctor.report import is_well, print_report, report_json

__all__ = ["examine", "is_well", "print_report", "report_json"]
