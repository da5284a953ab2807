"""What people and staff fill in for the fund."""

from esf.forms.background import BackgroundForm

__all__ = ["BackgroundForm"]
