"""What the OpenAPI document says beyond what the code shows: the key, the problems, examples."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from skillnet.api.permissions import scope_of

KEY = OpenApiParameter(
    "id", OpenApiTypes.STR, OpenApiParameter.PATH, description="Public id, or the owner's own reference."
)
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A problem as RFC 9457 writes it.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "example": "about:blank"},
        "title": {"type": "string", "example": "Bad Request"},
        "status": {"type": "integer", "example": 400},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Only with 400: what is wrong with which field.",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "example": "learners"},
                    "code": {"type": "string", "example": "min_value"},
                    "message": {"type": "string"},
                },
                "required": ["field", "code", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}
PROBLEMS = {
    "400": "Something in the message or a filter is wrong; `errors` names the fields.",
    "401": "No key, or one that is unknown or revoked.",
    "403": "The key lacks the scope or the role.",
    "404": "There is no such row, or it is not for this key to see.",
    "409": "Not in the present state, or somebody else wrote at the same moment.",
    "413": "The message is too large.",
    "415": "The message is not application/json.",
    "429": "Too many requests; `Retry-After` says in how many seconds to try again.",
}
WRITING = {"409", "413", "415"}


def NEW_OR_KNOWN(serializer: Any) -> dict[int, OpenApiResponse]:  # noqa: N802  reads as the constant it stands for
    """The two good answers of a PUT."""
    return {
        201: OpenApiResponse(serializer, description="It is new."),
        200: OpenApiResponse(serializer, description="It was there; it has these values now."),
    }


class ApiSchema(AutoSchema):
    """Operations that name their scope, and are grouped by what they are about."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        has_scope: Any = getattr(self.view, "scope", None)
        if operation and has_scope:
            scope = f"Scope: `{scope_of(self.view, self.method)}`."
            operation["description"] = "\n\n".join(filter(None, [operation.get("description"), scope]))
        return operation


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer <key>`."""

    target_class = "skillnet.api.authentication.TokenAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of the organisation, made on the page “Sleutels” by whoever has the role.",
        }


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook: the one error shape, with every operation."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components["responses"] = {
        f"Problem{code}": {
            "description": text,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for code, text in PROBLEMS.items()
    }
    for path in result.get("paths", {}).values():
        for method, operation in path.items():
            codes = set(PROBLEMS) - (WRITING if method == "get" else set())
            for code in sorted(codes):
                operation["responses"].setdefault(code, {"$ref": f"#/components/responses/Problem{code}"})
    return result
