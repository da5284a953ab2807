"""Pictures, re-encoded by us: what was uploaded is never kept. They lie in the database (ADR 8)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation, User


class Picture(models.Model):
    """One picture in the sizes that pages use. Its address holds the digest, so it may be kept for ever."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="pictures")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the pixels, in hex.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    widths = models.JSONField(help_text="Those it is kept in, in pixels, the narrowest first.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "digest"], name="picture_once_in_an_organisation"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="picture_has_a_size"),
        ]

    def __str__(self) -> str:
        return f"picture {self.pk} ({self.width} × {self.height})"

    def url(self, width: int) -> str:
        return reverse("events:picture", args=[self.digest, width])

    @property
    def source(self) -> str:
        """The address of the middle width, for readers that choose none."""
        return self.url(self.widths[len(self.widths) // 2])

    @property
    def sources(self) -> str:
        """All widths, as the attribute `srcset` wants them."""
        return ", ".join(f"{self.url(width)} {width}w" for width in self.widths)


class PictureFile(models.Model):
    """A picture at one width, as bytes."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="files")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    body = models.BinaryField(help_text="WebP, without metadata.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["picture", "width"], name="picture_file_once_per_width")]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"
