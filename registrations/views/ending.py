"""The end notice, filled in by the person through their personal link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import NoticePurpose
from accounts.services import privacy
from core.errors import Refused
from core.web import page, private
from esf.enums import NoticeChannel
from esf.forms.ending import EndForm
from esf.models import EndNotice
from esf.services import ending
from registrations.services import participating
from registrations.services.participating import Ending
from registrations.views.personal import registration_of

OF_NOTICE = ("labour_status_end", "status_as_of", "qualification", "qualification_name")


@login_not_required
@private
def end_notice(request: HttpRequest, token: str) -> HttpResponse:
    """Four questions on one screen; what was told in the last four weeks can be told anew."""
    registration, now = registration_of(request, token), timezone.now()
    asked = participating.ending(registration=registration, today=timezone.localdate(now))
    if asked is None:
        raise Http404
    form = EndForm(request.POST or None, initial=_initial(asked), possible=asked.possible)
    if request.method == "POST" and form.is_valid():
        try:
            ending.submit(
                participation=asked.participation,
                told=form.end(),
                giver=ending.Giver(channel=NoticeChannel.LINK),
                now=now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Your answers are saved."))
            return redirect("registrations:mine", token)
    return page(
        request,
        "registrations/end_notice.html",
        status=422 if request.method == "POST" else 200,
        token=token,
        registration=registration,
        event=registration.event,
        project=registration.event.project,
        ending=asked,
        form=form,
        privacy_notice=privacy.current(NoticePurpose.ESF),
    )


def _initial(asked: Ending) -> dict[str, object]:
    """The end that is recorded or the last day attended, and what was told before."""
    notice: EndNotice | None = asked.notice
    told = {name: getattr(notice, name) for name in OF_NOTICE} if notice else {}
    return {"ended_on": asked.participation.ended_on or asked.possible.first, **told}
