"""A view names its scope; a token without it is refused."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from skillnet.kernel.models import ApiToken


class HasScope(BasePermission):
    """Views set `scope = "gaps"`: reading asks for `gaps:read`, anything else for `gaps:write`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if getattr(view, "public", False):
            return True
        if not isinstance(request.auth, ApiToken):
            return False
        verb = "read" if request.method in SAFE_METHODS else "write"
        return f"{view.scope}:{verb}" in request.auth.scopes
