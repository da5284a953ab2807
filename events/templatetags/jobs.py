from django import template

from events.views.jobs import any_open

register = template.Library()


@register.simple_tag
def jobs_are_open() -> bool:
    """Whether some job is open, not older than a minute."""
    return any_open()
