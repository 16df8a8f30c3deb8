"""In which language a person reads the site and its mails: chosen once, kept with the person."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from skillnet.accounts.models import User

CHOSEN = "language"
"""Where the session keeps what somebody chose before signing in."""


def choose_language(*, request: HttpRequest, language: str) -> None:
    """Keep the choice with the person, or until somebody signs in here; a language of no page changes nothing."""
    if language not in dict(settings.LANGUAGES):
        return
    if isinstance(request.user, User):
        _keep(request.user, language)
    else:
        request.session[CHOSEN] = language


def language_at_sign_in(*, request: HttpRequest, user: User, is_new: bool) -> str:
    """What was chosen on this page goes before what the person chose elsewhere; a new account reads on as it began."""
    chosen = request.session.pop(CHOSEN, "") or (translation.get_language() if is_new else "")
    if chosen and chosen in dict(settings.LANGUAGES):
        _keep(user, chosen)
    return user.language


def show_in(response: HttpResponseBase, language: str) -> None:
    """Later pages of this browser are in this language; the cookie is the one of the site's own switch."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


def _keep(user: User, language: str) -> None:
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
