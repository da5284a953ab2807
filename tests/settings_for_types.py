"""For mypy alone: modeltranslation swaps managers at run time, which hides their types from the plugin."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "modeltranslation"]
