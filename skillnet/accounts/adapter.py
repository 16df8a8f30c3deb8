"""How allauth behaves here: who may make an account."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is for whoever holds an invitation (its token is in the session), and for all where it is open.

    An account alone opens nothing: what a person may do comes with an organisation (networks.services).
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.OPEN_SIGNUP or bool(request.session.get("invitation"))

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user name."""
