"""Files of gaps and offers in the API: `/api/v1/imports/`. Send, read the difference, apply, cancel, take back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from skillnet.api.fields import StrictSerializer
from skillnet.api.pagination import OldestFirstCursor
from skillnet.api.parsers import BoundedJsonParser
from skillnet.api.schema import NEW_OR_KNOWN
from skillnet.api.uploads import BoundedUpload
from skillnet.api.views import ReadOnlyView, read_body
from skillnet.imports.kinds import KINDS, ImportKind, kind_for
from skillnet.imports.reading import (
    can_revert,
    imports_visible_to,
    missing_columns,
    problem_from,
    problem_rows,
    refused_rows,
)
from skillnet.imports.receiving import receive_address, receive_file
from skillnet.imports.services import (
    ImportRefused,
    cancel_import,
    choose_mapping,
    compare_import,
    resume_import,
    revert_import,
    start_import,
)
from skillnet.kernel.models import ImportDifference, ImportFile
from skillnet.kernel.tabular.problems import FileProblem
from skillnet.kernel.tabular.problems import render as sentence

SHOWN_PROBLEMS = 200
STEPS = ("compare", "apply", "resume", "cancel", "revert")


class LineProblemSerializer(serializers.Serializer[Any]):
    """What is wrong with one row, and what to do about it."""

    line = serializers.IntegerField()
    column = serializers.CharField()
    message = serializers.CharField()


class ImportSerializer(serializers.Serializer[ImportFile]):
    """A file that was sent. `plan` counts the rows of the comparison, the other counts what was applied."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    kind = serializers.ChoiceField(ImportFile.Kind.choices, read_only=True)
    filename = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(ImportFile.State.choices, read_only=True)
    mapping = serializers.DictField(child=serializers.CharField(), read_only=True)
    missing_columns = serializers.SerializerMethodField(
        help_text=gettext_lazy("Verplichte kolommen waarvoor dit bestand nog geen bron heeft.")
    )
    rows_total = serializers.IntegerField(read_only=True, allow_null=True)
    rows_read = serializers.IntegerField(read_only=True)
    plan = serializers.SerializerMethodField()
    created = serializers.IntegerField(read_only=True)
    changed = serializers.IntegerField(read_only=True)
    unchanged = serializers.IntegerField(read_only=True)
    archived = serializers.IntegerField(read_only=True)
    refused = serializers.SerializerMethodField()
    reverted = serializers.IntegerField(read_only=True)
    kept = serializers.IntegerField(read_only=True)
    can_revert = serializers.SerializerMethodField()
    failure = serializers.CharField(read_only=True)
    problems = serializers.SerializerMethodField(help_text=gettext_lazy("De eerste tweehonderd."))
    created_at = serializers.DateTimeField(read_only=True)
    finished_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def get_missing_columns(self, file: ImportFile) -> list[str]:
        return missing_columns(file)

    def get_plan(self, file: ImportFile) -> dict[str, int]:
        return {outcome: file.plan.get(outcome, 0) for outcome in ImportDifference.Outcome.values}

    def get_refused(self, file: ImportFile) -> int:
        return refused_rows(file)

    def get_can_revert(self, file: ImportFile) -> bool:
        return can_revert(file)

    def get_problems(self, file: ImportFile) -> list[dict[str, Any]]:
        rows = problem_rows(file, get_language() or "nl", SHOWN_PROBLEMS)
        found = [{**row, "message": row["sentence"]} for row in rows]
        return list(LineProblemSerializer(found, many=True).data)


class ColumnChangeSerializer(serializers.Serializer[Any]):
    """One column of a known row: its value here and in the file ("" is unknown)."""

    column = serializers.CharField()
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


class DifferenceSerializer(serializers.Serializer[ImportDifference]):
    """What one row does; `missing` rows are known here and not in the file."""

    line = serializers.IntegerField(allow_null=True)
    external_id = serializers.CharField(source="key", allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(ImportDifference.Outcome.choices)
    changes = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField()

    def get_changes(self, row: ImportDifference) -> list[dict[str, str]]:
        refused = row.outcome == ImportDifference.Outcome.REFUSED
        return [] if refused else list(ColumnChangeSerializer(row.changes, many=True).data)

    def get_problems(self, row: ImportDifference) -> list[dict[str, Any]]:
        if row.outcome != ImportDifference.Outcome.REFUSED:
            return []
        found = [problem_from(stored) for stored in row.changes]
        language = get_language() or "nl"
        return [{"line": one.line, "column": one.column, "message": sentence(one, language)} for one in found]


class NewImportSerializer(StrictSerializer):
    """A file, or (offers only) the address of a page that holds courses as JSON-LD."""

    kind = serializers.ChoiceField(ImportFile.Kind.choices)
    file = serializers.FileField(required=False, allow_empty_file=True)
    address = serializers.CharField(required=False, max_length=1000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file" in attrs) == ("address" in attrs):
            raise serializers.ValidationError(_("Stuur een bestand of het adres van een pagina."))
        if "address" in attrs and not KINDS[attrs["kind"]].linked:
            raise serializers.ValidationError({"address": _("Alleen aanbod kan van een pagina komen.")})
        return attrs


class ImportStepSerializer(StrictSerializer):
    """`compare` says what the file would do, `apply` does it, `revert` takes it back."""

    step = serializers.ChoiceField(STEPS)
    mapping = serializers.DictField(
        child=serializers.CharField(max_length=100),
        required=False,
        help_text=gettext_lazy("Bij “compare”: kolom van het bestand → kolom van het formaat."),
    )
    archive_missing = serializers.BooleanField(required=False, default=False)
    sure = serializers.BooleanField(required=False, default=False)


@extend_schema_view(
    list=extend_schema(operation_id="imports_list", summary="List the files that the organisation sent"),
    retrieve=extend_schema(operation_id="imports_read", summary="Read how far a file is"),
)
class ImportView(BoundedUpload, ReadOnlyView):
    """Files of gaps (a company) or offers (a provider): the same steps as on the web."""

    scope = "imports"
    queryset = ImportFile.objects.none()
    serializer_class = ImportSerializer
    filterset_fields = ("kind", "state")
    parser_classes = [BoundedJsonParser, MultiPartParser]

    def rows(self) -> QuerySet[ImportFile]:
        return imports_visible_to(self.actor)

    @extend_schema(
        operation_id="imports_create",
        summary="Send a file, or the address of a page",
        description="What it would do is compared at once, when its columns are known. The same file is one "
        "import as long as it is not applied or cancelled.",
        request={"multipart/form-data": NewImportSerializer, "application/json": NewImportSerializer},
        responses=NEW_OR_KNOWN(ImportSerializer),
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewImportSerializer, request)
        kind = self._kind(values["kind"])
        try:
            if "address" in values:
                file, is_new = receive_address(actor=self.actor, kind=kind, address=values["address"])
            else:
                file, is_new = receive_file(actor=self.actor, kind=kind, upload=values["file"])
        except FileProblem as problem:
            field = "address" if "address" in values else "file"
            raise serializers.ValidationError({field: sentence(problem, get_language() or "nl")}) from problem
        if file.state == ImportFile.State.UPLOADED:
            compare_import(file=file)
        body = self._body(file)
        if not is_new:
            return Response(body)
        place = reverse("api:imports-detail", args=[body["id"]], request=request)
        return Response(body, status=status.HTTP_201_CREATED, headers={"Location": place})

    @extend_schema(
        operation_id="imports_differences",
        summary="What each row would do, or did",
        parameters=[OpenApiParameter("outcome", str, enum=ImportDifference.Outcome.values)],
        responses=DifferenceSerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=OldestFirstCursor)
    def differences(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.get_object().differences.all()
        outcome = request.query_params.get("outcome")
        if outcome:
            if outcome not in ImportDifference.Outcome.values:
                raise serializers.ValidationError({"outcome": _("Deze uitkomst bestaat niet.")})
            rows = rows.filter(outcome=outcome)
        pages = OldestFirstCursor()
        page: Any = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(DifferenceSerializer(page, many=True).data)

    @extend_schema(
        operation_id="imports_step",
        summary="Compare, apply, resume, cancel or take back",
        description="A worker does it: read the import until its state changes. Taking a step twice takes it "
        "once; a step that cannot be taken now is refused (409) with the reason.",
        request=ImportStepSerializer,
        responses=ImportSerializer,
    )
    @action(detail=True, methods=["post"], url_path="steps")
    def step(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(ImportStepSerializer, request)
        file = self.get_object()
        self._take(file, values)
        return Response(self._body(file))

    def _take(self, file: ImportFile, values: dict[str, Any]) -> None:
        if values["step"] == "compare":
            _compare(file, values.get("mapping"))
        elif values["step"] == "apply":
            start_import(file=file, archive_missing=values["archive_missing"], sure=values["sure"])
        elif values["step"] == "resume":
            resume_import(file=file)
        elif values["step"] == "revert":
            revert_import(file=file)
        else:
            cancel_import(file=file)

    def _kind(self, name: str) -> ImportKind:
        kind = kind_for(self.actor, name)
        if kind is None:
            raise PermissionDenied(_("Uw organisatie stuurt zulke bestanden niet."))
        return kind

    def _body(self, file: ImportFile) -> dict[str, Any]:
        return dict(ImportSerializer(self.rows().get(pk=file.pk)).data)


def _compare(file: ImportFile, mapping: dict[str, str] | None) -> None:
    """Raises ImportRefused, and ValidationError for a mapping to what is no column, or twice to one."""
    if mapping is not None:
        unknown = sorted(set(mapping.values()) - set(KINDS[file.kind].columns))
        if unknown:
            message = _("Deze kolommen bestaan niet: %(names)s.") % {"names": ", ".join(unknown)}
            raise serializers.ValidationError({"mapping": message})
        if len(set(mapping.values())) < len(mapping):
            raise serializers.ValidationError({"mapping": _("Twee kolommen wijzen naar dezelfde.")})
        choose_mapping(file=file, mapping=mapping)
    if not compare_import(file=file):
        file.refresh_from_db()
        if file.state != ImportFile.State.COMPARING:
            raise ImportRefused(_("Wijs eerst de verplichte kolommen aan, of stuur het bestand opnieuw."))
