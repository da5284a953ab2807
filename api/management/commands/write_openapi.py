import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from api.v1.urls import document

ROOT = Path(__file__).resolve().parents[3]


class Command(BaseCommand):
    help = "Write docs/openapi.json anew, after the API has changed on purpose."

    def handle(self, *args: Any, **options: Any) -> None:
        path = ROOT / "docs" / "openapi.json"
        path.write_text(json.dumps(document(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        self.stdout.write(f"Written: {path.relative_to(ROOT)}")
