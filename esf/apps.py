from django.apps import AppConfig


class EsfConfig(AppConfig):
    name = "esf"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from django.utils import timezone

        from core import personal, worker
        from core.services import outbox, rotating
        from esf.services import drafts, merging, newsletters, personal_ids, unused
        from esf.services.reports import asking, making, scheduling

        personal.register(merging.Participant())
        rotating.afterwards(personal_ids.reindex)
        worker.duty("background forms begun and left", every_seconds=3600, do=lambda now: drafts.forget_due(now=now))
        worker.duty("background forms of no use", every_seconds=3600, do=lambda now: unused.destroy_due(now=now))
        worker.duty("newsletters nobody confirmed", every_seconds=3600, do=lambda now: newsletters.forget_due(now=now))
        outbox.handle(newsletters.ASKED, lambda message: newsletters.answer(message=message, now=timezone.now()))
        worker.duty("reports as files", every_seconds=2, do=lambda now: making.make_due(now=now), aside=True)
        worker.duty("reports on their days", every_seconds=60, do=lambda now: scheduling.ask_due(now=now))
        worker.duty("reports, old ones", every_seconds=3600, do=lambda now: asking.forget_due(now=now))
