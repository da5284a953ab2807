"""What people and staff fill in for the fund."""

from esf.forms.background import BackgroundForm
from esf.forms.reports import DayFilter, EstimateForm, FileForm, MonthEndFilter, ReportFilter, ScheduleForm

__all__ = ["BackgroundForm", "DayFilter", "EstimateForm", "FileForm", "MonthEndFilter", "ReportFilter", "ScheduleForm"]
