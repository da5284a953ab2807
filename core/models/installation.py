from django.db import models
from django.db.models import Q


class Installation(models.Model):
    """What this database is: made by the demo, by the benchmarks' fixture, or by neither. At most one row."""

    only = models.BooleanField(primary_key=True, default=True)
    demo = models.BooleanField()
    benchmark = models.BooleanField(default=False, db_default=False)
    dated_on = models.DateField(help_text="The day the demo's dates are relative to.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="installation_is_one_row"),
            models.CheckConstraint(
                condition=~Q(demo=True, benchmark=True), name="installation_is_not_demo_and_benchmark"
            ),
        ]

    def __str__(self) -> str:
        return "demo" if self.demo else "benchmark" if self.benchmark else "production"
