"""The accessibility statement with its feedback form, and what an owner answers."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from accounts.services import audit
from core import rates
from core.errors import Refused
from core.web import client_address, page
from workspace.forms import AnswerForm, FeedbackForm
from workspace.models import AccessibilityFeedback
from workspace.rules import days_left
from workspace.services import accessibility
from workspace.statement import statement as facts_of_today

TIMES, SECONDS = 5, 3600
ANSWERED = 50
"""So many answered ones are still shown."""


@dataclass(frozen=True)
class Line:
    """One message with the days left to answer it; `late` is by how many days it is overdue."""

    feedback: AccessibilityFeedback
    left: int

    @property
    def late(self) -> int:
        return max(0, -self.left)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest) -> HttpResponse:
    form = FeedbackForm(request.POST) if request.method == "POST" else FeedbackForm(initial=_page_of(request))
    if form.is_valid() and _received(request, form):
        return redirect("workspace:accessibility_thanks")
    return page(
        request, "workspace/accessibility.html", status=422 if form.is_bound else 200, form=form, facts=facts_of_today()
    )


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return page(request, "workspace/accessibility_thanks.html")


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """For owners: what waits for an answer, and what has been answered."""
    _refuse_others(request)
    now = timezone.now()
    lines = feedback_lines(now)
    answered = AccessibilityFeedback.objects.filter(answered_at__isnull=False).select_related("answered_by")
    return page(request, "workspace/feedback.html", lines=lines, answered=answered.order_by("-answered_at")[:ANSWERED])


def answer(request: SignedInRequest, feedback_pk: int) -> HttpResponse:
    _refuse_others(request)
    feedback = get_object_or_404(AccessibilityFeedback.objects.select_related("answered_by"), pk=feedback_pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        text = form.cleaned_data["answer"]
        try:
            accessibility.answer(feedback=feedback, text=text, by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The answer is kept, and on its way if an address was given."))
            return redirect("workspace:feedback")
    if request.method != "POST" and feedback.email:
        key, scope = f"feedback:{feedback.pk}", accessibility.SCOPE
        audit.people_read(actor=request.user, subject=key, scope=scope, people=1, now=timezone.now())
    return page(
        request,
        "workspace/answer.html",
        status=422 if form.is_bound else 200,
        line=_line(feedback, timezone.now()),
        feedback=feedback,
        form=form,
    )


def feedback_lines(now: datetime) -> list[Line]:
    """What waits for an answer, the longest first."""
    return [_line(feedback, now) for feedback in AccessibilityFeedback.objects.unanswered()]


def _line(feedback: AccessibilityFeedback, now: datetime) -> Line:
    return Line(feedback, days_left(timezone.localdate(feedback.received_at), timezone.localdate(now)))


def _page_of(request: HttpRequest) -> dict[str, str]:
    return {"page": request.GET.get("page", "")[:500]}


def _received(request: HttpRequest, form: FeedbackForm) -> bool:
    """Keep a valid message. A machine that filled the hidden field is thanked, and nothing is kept."""
    data = form.cleaned_data
    if data["website"]:
        return True
    now = timezone.now()
    if rates.wait(f"accessibility:{client_address(request)}", times=TIMES, seconds=SECONDS, now=now):
        form.add_error(
            None, _("Many messages have come from your network. Try again in an hour; your text is still here.")
        )
        return False
    accessibility.receive(
        message=data["message"],
        page=data["page"],
        email=data["email"],
        language=get_language() or settings.LANGUAGE_CODE,
        now=now,
    )
    return True


def _refuse_others(request: SignedInRequest) -> None:
    """The form belongs to the installation, so any organisation's owner answers, and nobody else reads."""
    if not Grant.objects.scopes(request.user, Permission.MANAGE_MEMBERS).ids("organisation"):
        raise Http404
