"""How allauth behaves here: who may make an account, and in which language somebody reads on."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from skillnet.accounts.services import language_at_sign_in, show_in


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is for whoever holds an invitation (its token is in the session), and for all where it is open.

    An account alone opens nothing: what a person may do comes with an organisation (networks.services).
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.OPEN_SIGNUP or bool(request.session.get("invitation"))

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user name."""

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponseBase:
        """Who signs in reads on in the own language, whatever this browser showed before."""
        response: HttpResponseBase = super().post_login(request, user, **options)
        show_in(response, language_at_sign_in(request=request, user=user, is_new=bool(options.get("signup"))))
        return response
