"""The door: a phone's camera or a typed code lets people in, one meeting at a time."""

import uuid
from datetime import datetime

from csp.constants import SELF
from csp.decorators import csp_update
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.utils import timezone

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from core.compiled import Compiled, Param
from core.errors import Refused
from core.web import page
from events import shelf
from events.models import Event, Meeting
from registrations.enums import AskedAt, Source
from registrations.forms import ScanForm
from registrations.models import Attendance
from registrations.services import attendance, backgrounds
from registrations.services.attendance import AlreadyIn
from registrations.services.questions import questionnaires

SCANNER = {"script-src": [SELF, "'wasm-unsafe-eval'"], "worker-src": [SELF], "media-src": [SELF]}

PRESENT = Compiled(
    lambda: (
        Attendance.objects.filter(meeting=Param("meeting"))
        .values("meeting")
        .annotate(number=Count("pk"))
        .values_list("number")
    )
)


@csp_update(SCANNER)  # type: ignore[arg-type]
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = event_at_door(request, event_pk)
    now = timezone.now()
    meeting = _meeting(event, request.GET.get("meeting", ""), now)
    form = ScanForm(request.POST if request.method == "POST" else None)
    admission, refusal = _scan(request, meeting, form, now) if request.method == "POST" else (None, None)
    came = (
        admission.registration if admission else refusal.first.registration if isinstance(refusal, AlreadyIn) else None
    )
    wrong = request.method == "POST" and not form.is_valid()
    return page(
        request,
        "registrations/door.html",
        "result",
        status=422 if wrong else 409 if refusal else 200,
        event=event,
        project=event.project,
        meeting=meeting,
        form=form if wrong else ScanForm(initial={"nonce": uuid.uuid4(), "source": Source.TYPED}),
        admission=admission,
        questions=questionnaires.unanswered(came, AskedAt.DOOR) if came else [],
        came=came,
        form_missing=came is not None and backgrounds.lacks(event, came),
        refusal=refusal,
        next_nonce=uuid.uuid4(),
        present=_present(meeting),
        expected=pool.taken if (pool := event.pool_for(meeting)) else 0,
        now=now,
    )


def event_at_door(request: SignedInRequest, event_pk: int) -> Event:
    """One where the user may let people in; others do not exist for them.

    :raises Http404: if it is none
    """
    event = shelf.by_pk(event_pk)
    if event is None or not Grant.objects.scopes(request.user, Permission.CHECK_IN).touch(event.people_scopes):
        raise Http404
    return event


def _scan(
    request: SignedInRequest, meeting: Meeting, form: ScanForm, now: datetime
) -> tuple[attendance.Admission | None, Refused | None]:
    if not form.is_valid():
        return None, None
    data = form.cleaned_data
    source = Source.CAMERA if data["source"] == Source.CAMERA else Source.TYPED
    try:
        admission = attendance.check_in(
            meeting=meeting, scanned=data["scanned"], nonce=data["nonce"], source=source, by=request.user, now=now
        )
    except Refused as refusal:
        return None, refusal
    return admission, None


def _present(meeting: Meeting) -> int:
    found = PRESENT.first(meeting=meeting.pk)
    return found[0] if found else 0


def todays_meeting(event: Event, now: datetime) -> Meeting | None:
    """Today's meeting, also in the evening after it; of several, the one that began last."""
    today = timezone.localdate(now)
    todays = [each for each in event.timetable if timezone.localdate(each.starts_at) == today]
    begun = [each for each in todays if each.starts_at <= now]
    return next(iter(begun[-1:] or todays[:1]), None)


def _meeting(event: Event, wanted: str, now: datetime) -> Meeting:
    """The meeting asked for, else today's, else the one coming next."""
    if wanted:
        found = next((each for each in event.timetable if str(each.pk) == wanted), None)
    else:
        found = todays_meeting(event, now) or event.next_meeting(now)
    if found is None:
        raise Http404
    return found
