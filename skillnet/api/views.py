"""What every view of the API does alike: who asks, what is throttled, how a row is found."""

import uuid
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, NotFound, ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from skillnet.kernel.actor import Actor, actor_of

Row = TypeVar("Row", bound=Model)
MAX_KEY = 100


class ApiView(APIView):
    """Base of all views. `scope` names what a key must be allowed to do (skillnet.api.permissions)."""

    scope: str = ""

    @property
    def actor(self) -> Actor:
        """The organisation whose key this is; authentication put it there."""
        return actor_of(self.request._request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Guessing keys is throttled too, by address: a refusal comes before DRF's own throttling."""
        try:
            super().initial(request, *args, **kwargs)
        except (AuthenticationFailed, NotAuthenticated):
            self.check_throttles(request)
            raise


class ReadOnlyView(ApiView, ListModelMixin, RetrieveModelMixin, GenericViewSet[Any]):
    """Lists and single rows by public id. Subclasses give `rows()`: what this actor may see."""

    lookup_url_kwarg = "id"
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):  # the schema is drawn up without a request
            return super().get_queryset()
        return self.rows()

    def created(self, row: Model) -> Response:
        """201 with a row that was just written, as this key reads it."""
        body = self.get_serializer(self.rows().get(pk=row.pk)).data
        return Response(body, status=status.HTTP_201_CREATED)


def find_row(queryset: QuerySet[Row], key: str, **own: Any) -> Row:
    """The row with this public id, else the own row (`own` says whose) with this reference; Http404."""
    rows = []
    if (public_id := as_uuid(key)) is not None:
        rows = list(queryset.filter(public_id=public_id))
    if not rows and "\0" not in key:
        rows = list(queryset.filter(external_id=key, **own))
    if not rows:
        raise Http404
    return rows[0]


def as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def checked_key(key: str, body: Any) -> str:
    """The own reference in an address, when it can be one and the body says no other; ValidationError."""
    if "\0" in key or key != key.strip() or len(key) > MAX_KEY:
        message = _("Een kenmerk is hoogstens %(max)s tekens, zonder spaties vooraan of achteraan.")
        raise ValidationError({"external_id": message % {"max": MAX_KEY}})
    if isinstance(body, dict) and body.get("external_id", key) != key:
        raise ValidationError({"external_id": _("Het kenmerk in het bericht is niet dat van het adres.")})
    return key


def read_body(kind: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """What a message says, read as `kind` reads it. Raises ValidationError."""
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def put_values(serializer: Any) -> dict[str, Any]:
    """What a PUT says, validated; the own reference stands in the address. Raises ValidationError."""
    serializer.is_valid(raise_exception=True)
    return {name: value for name, value in serializer.validated_data.items() if name != "external_id"}


def put_answer(request: Request, address: str, body: Any, is_new: bool) -> Response:
    """201 with its address for a new row, 200 for a known one."""
    if not is_new:
        return Response(body)
    place = reverse(address, args=[body["id"]], request=request)
    return Response(body, status=status.HTTP_201_CREATED, headers={"Location": place})


class UnknownAddress(ApiView):
    """Any other address below /api/v1/, so that this answer has the shape of all others."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound(_("Dit adres bestaat niet. Adressen van de API eindigen op een schuine streep."))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise NotFound

    post = put = patch = delete = get
