"""A view names its scope; a token without it is refused."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from skillnet.kernel.models import ApiToken


class HasScope(BasePermission):
    """Views set `scope = "gaps"`: reading asks for `gaps:read`, anything else for `gaps:write`.

    `stores_nothing` marks a view whose POST only calculates, so that reading is enough.
    """

    message: str | None = None

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiToken):
            return False
        if request.method not in view.allowed_methods:
            return True  # the view answers 405, whatever the key may do
        scope = scope_of(view, str(request.method))
        self.message = _("Deze sleutel heeft het recht “%(scope)s” niet.") % {"scope": scope}
        return scope in request.auth.scopes


def scope_of(view: Any, method: str) -> str:
    """The scope that this method of this view asks for."""
    reads = method in SAFE_METHODS or getattr(view, "stores_nothing", False)
    return f"{view.scope}:{'read' if reads else 'write'}"
