"""Notices of a person, how to hear of them, and the way out of the mails that needs no sign-in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from skillnet.accounts.models import User
from skillnet.kernel.actor import actor_of
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.notice_kinds import BY_CODE, KINDS, NoticeKind, kind_of
from skillnet.kernel.outbox import render_message
from skillnet.kernel.preferences import (
    choices_for,
    deliveries_of,
    is_subscribed,
    read_token,
    resubscribe,
    save_preferences,
    unsubscribe,
)
from skillnet.ui import Action, Link

PER_PAGE = 30


def notices(request: HttpRequest) -> HttpResponse:
    """Notices of this person, newest first, all of them, the unread ones or one kind; POST marks as read."""
    mine = OutboxMessage.objects.filter(recipient=actor_of(request).user, kind=OutboxMessage.Kind.NOTICE)
    if request.method == "POST":
        _mark_read(mine, request.POST.get("notice", ""))
        return redirect(f"{reverse('notices')}?{request.GET.urlencode()}" if request.GET else "notices")
    form = NoticeFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = mine.filter(read_at=None) if wanted.get("unread") else mine
    kind = BY_CODE.get(wanted.get("kind", ""))
    page = Paginator(_of_kind(found, kind).order_by("-id"), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "site/notices.html",
        {
            "page_title": _("Meldingen"),
            "form": form,
            "filtered": any(wanted.values()),
            "page": page,
            "count": page.paginator.count,
            "notices": [_notice(message) for message in page],
            "actions": [Action(_("Voorkeuren"), reverse("notice_preferences"))],
        },
    )


class NoticeFilter(forms.Form):
    """What of the notices is shown."""

    unread = forms.ChoiceField(
        label=gettext_lazy("Tonen"),
        required=False,
        choices=[("", gettext_lazy("alle")), ("1", gettext_lazy("alleen ongelezen"))],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Onderwerp"),
        required=False,
        choices=[("", gettext_lazy("alle")), *((kind.code, kind.label) for kind in KINDS)],
    )


class PreferencesForm(forms.Form):
    """One choice a kind."""

    def __init__(self, *args: Any, chosen: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in KINDS:
            self.fields[kind.code] = forms.ChoiceField(
                label=kind.label,
                help_text=kind.about,
                choices=choices_for(kind),
                initial=chosen[kind.code],
            )


def notice_preferences(request: HttpRequest) -> HttpResponse:
    """Which notices come by mail, at once or in an overview, and which do not."""
    user = _signed_in(request)
    form = PreferencesForm(request.POST or None, chosen=deliveries_of(user))
    if request.method == "POST" and form.is_valid():
        save_preferences(user=user, chosen=form.cleaned_data)
        messages.success(request, _("Uw keuze is bewaard."))
        return redirect("notice_preferences")
    return render(
        request,
        "site/notice_preferences.html",
        {
            "page_title": _("Hoe wilt u meldingen krijgen?"),
            "breadcrumbs": [Link(_("Meldingen"), reverse("notices")), Link(_("Voorkeuren"))],
            "form": form,
            "address": user.email,
            "cancel_url": reverse("notices"),
        },
    )


# The signed link is the permission: a mail program posts here without a cookie (RFC 8058).
@csrf_exempt
def unsubscribe_view(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ends the mails of the link's subject on POST only: scanners of mail open every link in it."""
    known = read_token(token)
    if known is None:
        return render(
            request, "site/unsubscribe_gone.html", {"page_title": _("E-mails stopzetten")}, status=404
        )
    user, subject = known
    if request.method == "POST":
        step = resubscribe if request.POST.get("action") == "undo" else unsubscribe
        step(user=user, subject=subject)
        if "List-Unsubscribe" in request.POST:
            return HttpResponse(status=200)
        return redirect("unsubscribe", token=token)
    return render(
        request,
        "site/unsubscribe.html",
        {
            "page_title": _("E-mails stopzetten"),
            "subject": _subject_name(subject),
            "subscribed": is_subscribed(user, subject),
        },
    )


def _subject_name(subject: str) -> str:
    names = {"daily": _("het dagelijkse overzicht"), "weekly": _("het wekelijkse overzicht")}
    return names[subject] if subject in names else str(BY_CODE[subject].label)


def _signed_in(request: HttpRequest) -> User:
    user = actor_of(request).user
    if user is None:
        raise Http404
    return user


def _mark_read(mine: QuerySet[OutboxMessage], wanted: str) -> None:
    """One notice when its number is given, else all of them."""
    unread = mine.filter(read_at=None)
    if wanted:
        notice = get_object_or_404(mine, pk=int(wanted) if wanted.isdecimal() else 0)
        unread = unread.filter(pk=notice.pk)
    unread.update(read_at=timezone.now())


def _of_kind(found: QuerySet[OutboxMessage], kind: NoticeKind | None) -> QuerySet[OutboxMessage]:
    if kind is None:
        return found
    wanted = Q(pk__in=[])
    for prefix in kind.prefixes:
        wanted |= Q(template__startswith=prefix)
    if kind.prefixes:
        return found.filter(wanted)
    for known in KINDS:
        for prefix in known.prefixes:
            found = found.exclude(template__startswith=prefix)
    return found


def _notice(message: OutboxMessage) -> dict[str, Any]:
    subject, body = render_message(message)
    return {
        "id": message.pk,
        "subject": subject,
        "body": body,
        "kind": kind_of(message.template).label,
        "when": message.created_at,
        "is_unread": message.read_at is None,
    }
