"""So many requests per token; per address where there is no token."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from skillnet.kernel.models import ApiToken


class TokenThrottle(SimpleRateThrottle):
    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str:
        auth = request.auth
        who = f"token-{auth.pk}" if isinstance(auth, ApiToken) else f"address-{self.get_ident(request)}"
        return f"throttle-{who}"
