from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed files; imports between our ES modules are rewritten too."""

    support_js_module_import_aggregation = True


class PlainStatic(StaticFilesStorage):
    """The demo's files as they stand in the tree, so that its first start collects nothing."""
