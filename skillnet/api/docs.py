"""The OpenAPI document and the page that shows it."""

from functools import cache
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response


class SchemaView(SpectacularAPIView):
    """Public: the document says nothing of anybody."""

    authentication_classes = ()
    permission_classes = ()

    def _get_schema_response(self, request: Request) -> Response:
        return Response(document(get_language() or "nl"))


@cache
def document(language: str) -> dict[str, Any]:
    """The document in one language: drawn up once a process, as that takes a second and anybody may ask."""
    with override(language):
        generator: Any = SchemaGenerator
        drawn: dict[str, Any] = generator().get_schema(request=None, public=True)
    return drawn


@method_decorator(csp_update({"style-src": [UNSAFE_INLINE]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own files. Its styles stand in the page, so this one page allows that."""

    authentication_classes = ()
    permission_classes = ()
    url_name = "api:schema"
