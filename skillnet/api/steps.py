"""Steps of a workflow through the API: `POST …/steps/` with the step, and why."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from skillnet.api.fields import StrictSerializer, UnknownText


class WorkflowStepSerializer(StrictSerializer):
    """One step; steps that turn something down need a reason."""

    step = serializers.CharField(max_length=40, help_text=_("De naam van de stap."))
    reason = UnknownText(max_length=2_000)

    def __init__(self, *args: Any, steps: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.steps = frozenset(steps)

    def validate_step(self, value: str) -> str:
        if value not in self.steps:
            known = ", ".join(sorted(self.steps))
            raise serializers.ValidationError(
                _("Deze stap bestaat niet. Kies uit: %(known)s.") % {"known": known}
            )
        return value


def step_action(
    group: str,
    *,
    steps: Iterable[str],
    take: Callable[..., Any],
    shows: Any,
    parameters: Iterable[OpenApiParameter] = (),
) -> Any:
    """The `step` method of a view. `take(row, step, actor, reason)` calls the service, which checks the right.

    `steps` are those that an organisation takes; who may take which and when stands in the table of transitions.
    The answer is the row as it is then, or nothing (204) when the key sees it no more.
    """
    names = sorted(steps)

    @extend_schema(
        operation_id=f"{group}_step",
        summary="Take a step",
        description=f"Steps: {', '.join(f'`{name}`' for name in names)}. Refused (409) with the reasons.",
        request=WorkflowStepSerializer,
        responses={200: shows, 204: None},
        parameters=list(parameters),
    )
    @action(detail=True, methods=["post"], url_path="steps")
    def step(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = WorkflowStepSerializer(data=request.data, steps=names)
        serializer.is_valid(raise_exception=True)
        row = self.get_object()
        take(row, serializer.validated_data["step"], self.actor, serializer.validated_data["reason"])
        return shown_again(self, row)

    return step


def shown_again(view: Any, row: Any) -> Response:
    """The row as it is now, for who still sees it."""
    again = view.rows().filter(pk=row.pk).first()
    if again is None:
        return Response(status=status.HTTP_204_NO_CONTENT)
    return Response(view.get_serializer(again).data)
