"""How allauth behaves here: accounts come from invitations."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open only to somebody who holds an invitation (its token is in the session)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(request.session.get("invitation"))

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user name."""
