"""Views that take a file: what is announced as too big is refused before a byte of it is read."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from rest_framework.request import Request

from skillnet.api.problems import TooLarge
from skillnet.api.views import ApiView

MEBIBYTE = 1024 * 1024

if TYPE_CHECKING:
    Base = ApiView
else:
    Base = object


class BoundedUpload(Base):
    """Put before the view's base. One mebibyte is left for what surrounds the file."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.MAX_UPLOAD_BYTES + MEBIBYTE:
            raise TooLarge
        super().initial(request, *args, **kwargs)
