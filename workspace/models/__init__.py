from workspace.models.bulk import BulkAction, BulkActionQuerySet, BulkItem, BulkItemQuerySet
from workspace.models.feedback import AccessibilityFeedback, AccessibilityFeedbackQuerySet
from workspace.models.views import SavedView

__all__ = [
    "AccessibilityFeedback",
    "AccessibilityFeedbackQuerySet",
    "BulkAction",
    "BulkActionQuerySet",
    "BulkItem",
    "BulkItemQuerySet",
    "SavedView",
]
