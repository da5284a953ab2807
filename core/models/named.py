"""What is called something in four languages."""

from django.db import models

from core import spoken


class Named(models.Model):
    """Called something in Finnish at least."""

    name_fi = models.CharField(max_length=100)
    name_sv = models.CharField(max_length=100, blank=True)
    name_en = models.CharField(max_length=100, blank=True)
    name_uk = models.CharField(max_length=100, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return spoken.here(self, "name")
