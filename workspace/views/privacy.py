"""What people are told about their data: its versions, and a new one. For owners."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from accounts.enums import NoticePurpose, Permission
from accounts.http import SignedInRequest
from accounts.models import Grant, PrivacyNotice
from accounts.services import privacy
from core.errors import Refused
from core.web import page
from workspace.privacy_forms import PrivacyForm


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    _refuse_others(request)
    found = list(PrivacyNotice.objects.order_by("-version").defer("text"))
    kinds = [(purpose, [each for each in found if each.purpose == purpose]) for purpose in NoticePurpose]
    return page(request, "workspace/privacy.html", kinds=kinds)


def write(request: SignedInRequest, purpose: str) -> HttpResponse:
    """Write the next version, look at it, publish it: a version that has been published is never edited."""
    _refuse_others(request)
    if purpose not in NoticePurpose.values:
        raise Http404
    newest = PrivacyNotice.objects.filter(purpose=purpose).latest("version")
    form = PrivacyForm(request.POST if request.method == "POST" else None, newest=newest)
    refusal = None
    if form.is_valid() and "publish" in request.POST:
        try:
            made = privacy.publish(
                purpose=NoticePurpose(purpose),
                parts=form.parts,
                follows=form.cleaned_data["follows"],
                by=request.user,
                now=timezone.now(),
            )
        except Refused as told:
            refusal = told
        else:
            messages.success(
                request, _("Version %(version)s is published. Forms show it from now on.") % {"version": made.version}
            )
            return redirect("workspace:privacy")
    wrong = form.is_bound and not form.is_valid()
    return page(
        request,
        "workspace/privacy_form.html",
        status=409 if refusal else 422 if wrong else 200,
        form=form,
        newest=newest,
        refusal=refusal,
        preview=_preview(form) if form.is_bound and not wrong else [],
    )


def _preview(form: PrivacyForm) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(code, name, parts) as people would see them."""
    drafted = PrivacyNotice(parts=form.parts)
    shown = []
    for code, name in settings.LANGUAGES:
        with override(code):
            shown.append((code, str(name), drafted.told))
    return shown


def _refuse_others(request: SignedInRequest) -> None:
    """The notices belong to the installation, so any organisation's owner publishes them, and nobody else."""
    if not Grant.objects.scopes(request.user, Permission.MANAGE_MEMBERS).ids("organisation"):
        raise Http404
