from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    name = "registrations"

    def ready(self) -> None:
        # Services need the app's models, which are there only now.
        from django.utils import timezone

        from accounts.services import newcomers
        from core import personal, worker
        from core.services import outbox
        from events.services import copying, planning, prices, publishing
        from events.services import rides as events_rides
        from registrations.services import (
            application_letters,
            changes,
            checks,
            gathering,
            letters,
            mailings,
            merging,
            people_import,
            rides,
            rounds,
            seats,
            selection,
        )
        from registrations.services.payments import papers, refunding, sending, sweeping
        from registrations.services.questions import library, retention
        from registrations.services.selection import copying as chosen
        from registrations.services.surveys import planning as surveys

        personal.register(merging.Registered())
        events_rides.count_with(rides.aboard)
        planning.keep_meetings_in_use(seats.being_filled)
        publishing.check_with(checks.invitations)
        publishing.check_with(checks.payments)
        publishing.doubt_with(checks.rides)
        newcomers.known_by(lambda email: gathering.of_addresses([email]).exists())
        copying.also_copy(prices.copy_all)
        copying.also_copy(library.copy_all)
        copying.also_copy(surveys.copy_all)
        copying.also_copy(chosen.copy_all)
        outbox.handle(letters.WITH_TICKET, letters.deliver)
        outbox.handle(letters.MONEY, papers.deliver)
        outbox.handle(sending.KIND, refunding.deliver, repeated=True)
        outbox.handle(letters.BY_TEXT, letters.deliver_text)
        outbox.handle(application_letters.KIND, application_letters.deliver)
        outbox.handle(gathering.LOST, lambda message: gathering.answer(message=message, now=timezone.now()))
        worker.duty("holds", every_seconds=10, do=lambda now: seats.sweep(now=now))
        worker.duty("pages nobody pays at", every_seconds=10, do=lambda now: sweeping.close_due(now=now))
        worker.duty("payments at the bank", every_seconds=600, do=lambda now: sweeping.ask_after(now=now))
        worker.duty("changed plans", every_seconds=60, do=lambda now: changes.tell_due(now=now))
        worker.duty("organisers' messages", every_seconds=10, do=lambda now: mailings.send_due(now=now))
        worker.duty("reminders and thanks", every_seconds=60, do=lambda now: rounds.send_due(now=now))
        worker.duty("answers whose time is over", every_seconds=3600, do=lambda now: retention.forget_due(now=now))
        worker.duty("people's tables", every_seconds=1, do=lambda now: people_import.do_due(now=now))
        worker.duty("people's tables, old ones", every_seconds=3600, do=lambda now: people_import.forget_due(now=now))
        worker.duty("notes of interviews", every_seconds=3600, do=lambda now: selection.forget_notes(now=now))
