"""Setting a fair up: the programme of its stage, and who speaks for which employer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Organisation
from core.errors import Refused
from core.forms import Form
from core.web import page
from events.enums import Kind
from events.models import Event
from registrations.models import Registration
from virtualfair.enums import FairRole
from virtualfair.forms import PitchForm, RepresentativeForm
from virtualfair.models import FairPass, Pitch, Room
from virtualfair.services import admission, programme, rooms


def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Both forms on one page; which of them was sent stands in `form`."""
    fair = _fair(request, event_pk)
    room = rooms.stage_of(event=fair)
    sent = request.POST.get("form", "") if request.method == "POST" else ""
    pitch_form = PitchForm(request.POST if sent == "pitch" else None)
    people_form = _people_form(request, room, sent)
    done = _send(request, room, pitch_form, people_form) if sent else None
    if done:
        messages.success(request, done)
        return redirect("virtualfair:desk", fair.pk)
    speaking = FairPass.objects.filter(event=fair, role=FairRole.EMPLOYER)
    return page(
        request,
        "virtualfair/desk.html",
        status=422 if sent else 200,
        event=fair,
        pitches=room.pitches.in_order(),
        representatives=speaking.select_related("registration", "organisation").order_by("organisation", "pk"),
        pitch_form=pitch_form,
        people_form=people_form,
        now=timezone.now(),
    )


@require_POST
def remove_pitch(request: SignedInRequest, event_pk: int, pitch_pk: int) -> HttpResponse:
    fair = _fair(request, event_pk)
    pitch = get_object_or_404(Pitch.objects.filter(room__event=fair), pk=pitch_pk)
    try:
        programme.remove_pitch(pitch=pitch, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The pitch is out of the programme."))
    return redirect("virtualfair:desk", fair.pk)


def _fair(request: SignedInRequest, event_pk: int) -> Event:
    fairs = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS).filter(kind=Kind.VIRTUAL_FAIR)
    return get_object_or_404(fairs.select_related("organisation", "project").with_meetings(), pk=event_pk)


def _people_form(request: SignedInRequest, room: Room, sent: str) -> RepresentativeForm:
    return RepresentativeForm(
        request.POST if sent == "representative" else None,
        registrations=Registration.objects.confirmed().filter(event=room.event).order_by("last_name", "first_name"),
        organisations=Organisation.objects.filter(pitches__room=room).distinct().order_by("name"),
    )


def _send(request: SignedInRequest, room: Room, pitch_form: PitchForm, people_form: RepresentativeForm) -> str | None:
    """Do what the sent form asks; say so, or None if it was refused and now says why."""
    form: Form = pitch_form if pitch_form.is_bound else people_form
    if not form.is_valid():
        return None
    try:
        return _add(request, room, pitch_form) if form is pitch_form else _name(request, people_form)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _add(request: SignedInRequest, room: Room, form: PitchForm) -> str:
    data = form.cleaned_data
    programme.add_pitch(
        room=room,
        employer=data["employer"],
        business_id=data["business_id"],
        title=data["title"],
        starts_at=form.starts_at(room.event.starts_at or timezone.now()),
        minutes=data["minutes"],
        by=request.user,
        now=timezone.now(),
    )
    return _("The pitch is in the programme.")


def _name(request: SignedInRequest, form: RepresentativeForm) -> str:
    data = form.cleaned_data
    admission.name_representative(
        registration=data["registration"], organisation=data["organisation"], by=request.user, now=timezone.now()
    )
    return _("Saved. It shows beside their name from now on.")
