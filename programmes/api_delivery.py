"""Learners, attendance and evidence in the API: `/api/v1/enrolments/` and `/api/v1/evidence/`."""

from typing import Any

import django_filters
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from networks.models import Organisation
from programmes.models import Attendance, Enrolment, EvidenceFile, Participation, Programme
from programmes.services.attendance import Hours, record_hours
from programmes.services.enrolments import Enrolled, enrol_jobseekers, enrol_learners
from programmes.services.evidence_files import MEBIBYTE, add_evidence
from programmes.services.keeping import Keeper
from programmes.services.learners import NewLearner, checked, fingerprint_of, identity_of
from skillnet.api.fields import StrictSerializer
from skillnet.api.filters import InstantFilter
from skillnet.api.problems import TooLarge
from skillnet.api.schema import NEW_OR_KNOWN
from skillnet.api.views import ReadOnlyView, read_body
from skillnet.kernel.transitions import TransitionRefused

ENROLMENT_EXAMPLE = {
    "programme": "01980000-0000-7000-8000-000000000001",
    "edition": "01980000-0000-7000-8000-000000000002",
    "name": "Ada Aerts",
    "email": "ada.aerts@werk.example",
    "disadvantaged": False,
    "evidence_reference": "",
    "invite": False,
}
HOURS_EXAMPLE = {"hours": [{"day": "2027-03-02", "hours": "7.50"}, {"day": "2027-03-03", "hours": "4.00"}]}


class HoursSerializer(StrictSerializer):
    """Hours of one day, or (`day` null) of the whole edition."""

    day = serializers.DateField(allow_null=True, required=False, default=None)
    hours = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=0, max_value=1000)


class AttendanceSerializer(StrictSerializer):
    """All hours of one learner."""

    hours = HoursSerializer(many=True, allow_empty=False)


class EnrolmentSerializer(serializers.Serializer[Enrolment]):
    """One learner in one edition. `name` and `email` are null for who may not read them, or once erased."""

    id = serializers.UUIDField(read_only=True)
    reference = serializers.CharField(read_only=True, help_text=gettext_lazy("Pseudoniem van de deelnemer."))
    programme = serializers.UUIDField(read_only=True)
    edition = serializers.UUIDField(read_only=True)
    company = serializers.CharField(read_only=True, allow_null=True)
    stream = serializers.ChoiceField(Enrolment.Stream.choices, read_only=True)
    state = serializers.ChoiceField(Enrolment.State.choices, read_only=True)
    disadvantaged = serializers.BooleanField(read_only=True)
    name = serializers.CharField(read_only=True, allow_null=True)
    email = serializers.CharField(read_only=True, allow_null=True)
    attendance = HoursSerializer(many=True, read_only=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        who = identity_of(instance.learner) if instance.is_named else None
        return {
            "id": str(instance.public_id),
            "reference": instance.reference,
            "programme": str(instance.programme.public_id),
            "edition": str(instance.edition.public_id),
            "company": instance.participation.organisation.name if instance.participation else None,
            "stream": instance.stream,
            "state": instance.state,
            "disadvantaged": instance.disadvantaged,
            "name": (who.name or None) if who else None,
            "email": (who.email or None) if who else None,
            "attendance": [
                {"day": row.day.isoformat() if row.day else None, "hours": str(row.hours)}
                for row in instance.attendance.all()
            ],
        }


class NewEnrolmentSerializer(StrictSerializer):
    """Somebody to enrol: of the own company, or (`stream` jobseeker) in a seat of the network for jobseekers."""

    stream = serializers.ChoiceField(
        Enrolment.Stream.choices, required=False, default=Enrolment.Stream.COMPANY
    )
    programme = serializers.UUIDField()
    edition = serializers.UUIDField()
    name = serializers.CharField(max_length=120)
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    disadvantaged = serializers.BooleanField(required=False, default=False)
    evidence_reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    invite = serializers.BooleanField(required=False, default=False)


class EnrolmentFilter(django_filters.FilterSet):
    """Filters of the list."""

    programme = django_filters.UUIDFilter(field_name="programme__public_id")
    edition = django_filters.UUIDFilter(field_name="edition__public_id")
    reference = django_filters.CharFilter()
    state = django_filters.ChoiceFilter(choices=Enrolment.State.choices)
    stream = django_filters.ChoiceFilter(choices=Enrolment.Stream.choices)
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Enrolment
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="enrolments_list", summary="List enrolments that this key may see"),
    retrieve=extend_schema(operation_id="enrolments_read", summary="Read one enrolment"),
)
class EnrolmentView(ReadOnlyView):
    """Learners by pseudonym; by name only for their own company and for who teaches them."""

    scope = "enrolments"
    queryset = Enrolment.objects.none()
    serializer_class = EnrolmentSerializer
    filterset_class = EnrolmentFilter

    def rows(self) -> QuerySet[Enrolment]:
        return (
            Enrolment.objects.visible_to(self.actor)
            .select_related("programme", "edition", "participation__organisation", "learner")
            .prefetch_related("attendance")
            .with_sight(self.actor)
        )

    @extend_schema(
        operation_id="enrolments_create",
        summary="Enrol a learner of the own company, or a jobseeker",
        description="Who is enrolled already stays so: the same message twice is one enrolment. Jobseekers are "
        "enrolled by the manager of the network.",
        request=NewEnrolmentSerializer,
        responses=NEW_OR_KNOWN(EnrolmentSerializer),
        examples=[OpenApiExample("enrolment", value=ENROLMENT_EXAMPLE, request_only=True)],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewEnrolmentSerializer, request)
        person = checked(
            NewLearner(values["name"], values["email"], values["disadvantaged"], values["evidence_reference"])
        )
        if values["stream"] == Enrolment.Stream.JOBSEEKER:
            return self._enrol_jobseeker(request, values, person)
        part = get_object_or_404(
            Participation.objects.of(self.actor).select_related("organisation"),
            programme__public_id=values["programme"],
        )
        known = self._known(part, values["edition"], person)
        if known is not None:
            return Response(self._body(known.pk))
        edition = get_object_or_404(
            part.programme.programme_editions.select_related("edition"), edition__public_id=values["edition"]
        )
        done = enrol_learners(
            participation=part,
            edition_id=edition.edition_id,
            people=[(1, person)],
            actor=self.actor,
            invite=values["invite"],
        )
        return self._made(request, done)

    def _enrol_jobseeker(self, request: Request, values: dict[str, Any], person: NewLearner) -> Response:
        """The manager enrols; the key's organisation keeps the name, as on the web."""
        mine = Programme.objects.visible_to(self.actor).managed_by(self.actor)
        programme = get_object_or_404(mine, public_id=values["programme"])
        bought = programme.programme_editions.filter(jobseeker_seats__gt=0)
        edition = get_object_or_404(bought, edition__public_id=values["edition"])
        keeper = get_object_or_404(Organisation, pk=self.actor.organisation_id)
        key = fingerprint_of(keeper, person)
        known = programme.enrolments.live().filter(
            stream=Enrolment.Stream.JOBSEEKER, edition=edition.edition_id, learner_key=key
        )
        if (row := known.first()) is not None:
            return Response(self._body(row.pk))
        done = enrol_jobseekers(
            programme=programme, edition_id=edition.edition_id, people=[(1, person)], actor=self.actor
        )
        return self._made(request, done)

    def _made(self, request: Request, done: Enrolled) -> Response:
        if done.problems:
            raise ValidationError(done.problems[0].reason)
        body = self._body(done.all[0].pk)
        place = reverse("api:enrolments-detail", args=[body["id"]], request=request)
        return Response(body, status=status.HTTP_201_CREATED, headers={"Location": place})

    def _known(self, part: Participation, edition: Any, person: NewLearner) -> Enrolment | None:
        own = Enrolment.objects.of(self.actor).live().filter(participation=part, edition__public_id=edition)
        return own.filter(learner_key=fingerprint_of(part.organisation, person)).first()

    @extend_schema(
        operation_id="enrolments_attend",
        summary="Say how many hours a learner was there",
        description="Hours of the whole edition (day null) close the enrolment. Sending the same again "
        "changes nothing; days that the message lacks stay.",
        request=AttendanceSerializer,
        responses=EnrolmentSerializer,
        examples=[OpenApiExample("hours", value=HOURS_EXAMPLE, request_only=True)],
    )
    @action(detail=True, methods=["put"], url_path="attendance")
    def attendance(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        enrolment = self.get_object()
        values = read_body(AttendanceSerializer, request)
        rows = [
            Hours(enrolment.reference, row["hours"], row["day"], line)
            for line, row in enumerate(values["hours"], start=1)
        ]
        done = record_hours(
            programme=enrolment.programme, rows=rows, actor=self.actor, source=Attendance.Source.API
        )
        if done.problems:
            raise TransitionRefused(*dict.fromkeys(problem.reason for problem in done.problems))
        return Response(self._body(enrolment.pk))

    def _body(self, pk: int) -> dict[str, Any]:
        return dict(EnrolmentSerializer(self.rows().get(pk=pk)).data)


class EvidenceSerializer(serializers.Serializer[EvidenceFile]):
    """A piece of evidence; its bytes are fetched on the web."""

    id = serializers.UUIDField(read_only=True)
    programme = serializers.UUIDField(read_only=True)
    company = serializers.CharField(read_only=True, allow_null=True)
    enrolment = serializers.CharField(read_only=True, allow_null=True, help_text=gettext_lazy("Kenmerk."))
    kind = serializers.ChoiceField(EvidenceFile.Kind.choices, read_only=True)
    filename = serializers.CharField(read_only=True)
    content_type = serializers.CharField(read_only=True)
    bytes = serializers.IntegerField(read_only=True)
    sha256 = serializers.CharField(read_only=True)
    keep_until = serializers.DateField(read_only=True, allow_null=True)

    def to_representation(self, instance: EvidenceFile) -> dict[str, Any]:
        until = self.context.setdefault("keeper", Keeper()).until(instance.programme)
        company = instance.participation.organisation.name if instance.participation else None
        return {
            "id": str(instance.public_id),
            "programme": str(instance.programme.public_id),
            "company": company,
            "enrolment": instance.enrolment.reference if instance.enrolment else None,
            "kind": instance.kind,
            "filename": instance.filename,
            "content_type": instance.content_type,
            "bytes": instance.size,
            "sha256": instance.sha256,
            "keep_until": until.isoformat() if until else None,
        }


class NewEvidenceSerializer(StrictSerializer):
    """A file, and what it proves."""

    programme = serializers.UUIDField()
    kind = serializers.ChoiceField(EvidenceFile.Kind.choices)
    enrolment = serializers.UUIDField(required=False, allow_null=True, default=None)
    own_part = serializers.BooleanField(
        required=False, default=False, help_text=gettext_lazy("Van het eigen bedrijf, niet van het geheel.")
    )
    file = serializers.FileField()


class EvidenceFilter(django_filters.FilterSet):
    """Filters of the list."""

    programme = django_filters.UUIDFilter(field_name="programme__public_id")
    kind = django_filters.ChoiceFilter(choices=EvidenceFile.Kind.choices)
    sha256 = django_filters.CharFilter()

    class Meta:
        model = EvidenceFile
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(operation_id="evidence_list", summary="List evidence that this key may see"),
    retrieve=extend_schema(operation_id="evidence_read", summary="Read what one piece of evidence is"),
)
class EvidenceView(ReadOnlyView):
    """Evidence files of programmes."""

    scope = "enrolments"
    queryset = EvidenceFile.objects.none()
    serializer_class = EvidenceSerializer
    filterset_class = EvidenceFilter
    parser_classes = [MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """A body that is too big is refused by its announced length, before it is read."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.MAX_EVIDENCE_BYTES + MEBIBYTE:
            raise TooLarge
        super().initial(request, *args, **kwargs)

    def rows(self) -> QuerySet[EvidenceFile]:
        return EvidenceFile.objects.visible_to(self.actor).select_related(
            "programme__network", "participation__organisation", "enrolment"
        )

    @extend_schema(
        operation_id="evidence_create",
        summary="Send a piece of evidence",
        description="The same bytes for the same subject are kept once.",
        request={"multipart/form-data": NewEvidenceSerializer},
        responses={201: EvidenceSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(NewEvidenceSerializer, request)
        programmes = Programme.objects.visible_to(self.actor).select_related("network__call")
        programme = get_object_or_404(programmes, public_id=values["programme"])
        row = add_evidence(
            upload=values["file"],
            kind=values["kind"],
            actor=self.actor,
            programme=programme,
            participation=self._own_part(programme) if values["own_part"] else None,
            enrolment=self._enrolment(programme, values["enrolment"]),
        )
        return Response(EvidenceSerializer(self.rows().get(pk=row.pk)).data, status=status.HTTP_201_CREATED)

    def _own_part(self, programme: Programme) -> Participation:
        part: Participation = get_object_or_404(Participation.objects.of(self.actor), programme=programme)
        return part

    def _enrolment(self, programme: Programme, key: Any) -> Enrolment | None:
        if key is None:
            return None
        rows = Enrolment.objects.visible_to(self.actor).select_related(
            "participation", "edition__offer__provider"
        )
        enrolment: Enrolment = get_object_or_404(rows, public_id=key, programme=programme)
        return enrolment
