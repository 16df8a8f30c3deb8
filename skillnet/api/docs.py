"""The OpenAPI document and the page that shows it."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):
    """Public: the document says nothing of anybody."""

    authentication_classes = ()
    permission_classes = ()


@method_decorator(csp_update({"style-src": [UNSAFE_INLINE]}), name="dispatch")  # type: ignore[arg-type]
class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own files. Its styles stand in the page, so this one page allows that."""

    authentication_classes = ()
    permission_classes = ()
    url_name = "api:schema"
