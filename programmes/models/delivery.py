"""Who comes, who came and what proves it: learners, enrolments, attendance and evidence files."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition
from networks.models import Organisation
from programmes.delivery_querysets import (
    AttendanceQuerySet,
    EnrolmentQuerySet,
    EvidenceFileQuerySet,
    LearnerQuerySet,
)
from programmes.models.programmes import Participation, Programme
from skillnet.kernel.fields import public_id, unguessable_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at", "identity", "fingerprint"])
class Learner(Stamped):
    """A person as one organisation knows them: the only place that holds a name, sealed and erasable.

    Everything else names the pseudonym of an enrolment. `identity` is sealed (skillnet.kernel.sealing) and
    left out of the history of rows, so that erasing it here erases it everywhere.
    """

    public_id = unguessable_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    identity = models.TextField(blank=True, help_text=_("Naam en e-mailadres, verzegeld."))
    fingerprint = models.CharField(
        max_length=64,
        blank=True,
        help_text=_("Herkent dezelfde persoon zonder iets over die persoon te zeggen."),
    )
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = LearnerQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("deelnemer")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "fingerprint"],
                condition=~Q(fingerprint=""),
                name="learner_once_in_an_organisation",
            ),
            models.CheckConstraint(
                name="learner_erased_holds_nothing",
                condition=Q(erased_at=None) | Q(identity="", fingerprint=""),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


@pghistory.track(exclude=["updated_at", "learner_key"])
class Enrolment(Stamped):
    """One learner in one bought edition for one company (or, from the ring-fenced line, a jobseeker)."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("gevraagd")
        WAITLISTED = "waitlisted", _("op de wachtlijst")
        CONFIRMED = "confirmed", _("ingeschreven")
        ATTENDED = "attended", _("aanwezig")
        NO_SHOW = "no_show", _("niet gekomen")
        CANCELLED = "cancelled", _("geschrapt")
        CERTIFIED = "certified", _("met bewijs")

    class Stream(models.TextChoices):
        COMPANY = "company", _("bedrijf")
        JOBSEEKER = "jobseeker", _("werkzoekende")

    public_id = unguessable_id()
    reference = models.CharField(
        _("kenmerk"),
        max_length=12,
        unique=True,
        help_text=_("Pseudoniem: zo heet deze deelnemer overal elders."),
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="enrolments")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="enrolments")
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="enrolments")
    learner_key = models.CharField(max_length=64, blank=True)
    stream = models.CharField(max_length=10, choices=Stream, default=Stream.COMPANY)
    state = models.CharField(_("toestand"), max_length=10, choices=State, default=State.REQUESTED)
    disadvantaged = models.BooleanField(
        _("kansengroep of handicap"),
        default=False,
        help_text=_("Artikel 2(4) AGVV; nooit welke categorie."),
    )
    evidence_reference = models.CharField(
        _("kenmerk van het bewijs"),
        max_length=60,
        blank=True,
        help_text=_("Waar het bewijs ligt, bijvoorbeeld een dossiernummer. Noteer geen categorie."),
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("inschrijving")
        indexes = [
            models.Index(fields=["programme", "state"], name="enrolment_by_programme"),
            models.Index(fields=["edition", "state"], name="enrolment_by_edition"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "learner_key"],
                condition=~Q(state="cancelled") & ~Q(learner_key=""),
                name="learner_once_in_an_edition",
                violation_error_message=_(
                    "Deze persoon is al ingeschreven voor deze editie: een plaats wordt niet twee keer betaald."
                ),
            ),
            models.CheckConstraint(
                name="enrolment_of_a_company_has_its_participation",
                condition=Q(stream="company", participation__isnull=False)
                | Q(stream="jobseeker", participation=None),
            ),
            models.CheckConstraint(
                name="enrolment_disadvantaged_names_its_evidence",
                condition=Q(disadvantaged=False) | ~Q(evidence_reference=""),
                violation_error_message=_(
                    "Geef het kenmerk van het bewijs: zonder bewijs telt de verhoging niet."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class EnrolmentInvitation(Stamped):
    """The question to a learner whether they want to follow. Only a hash of the link is kept."""

    class Answer(models.TextChoices):
        OPEN = "open", _("nog geen antwoord")
        ACCEPTED = "accepted", _("aanvaard")
        REFUSED = "refused", _("geweigerd")

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="invitation")
    digest = models.CharField(max_length=64, unique=True)
    sent_count = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="enrolment_invitation_answer_has_its_instant",
                condition=Q(answer="open", answered_at=None)
                | (~Q(answer="open") & Q(answered_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.answer}"


@pghistory.track(exclude=["updated_at"])
class Attendance(Stamped):
    """Hours that a learner was there: of one day, or of the whole edition where `day` is empty."""

    class Source(models.TextChoices):
        WEB = "web", _("ingevuld")
        UPLOAD = "upload", _("opgeladen")
        API = "api", _("via de API")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendance")
    day = models.DateField(_("dag"), null=True, blank=True)
    hours = models.DecimalField(
        _("uren"), max_digits=6, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(1000)]
    )
    source = models.CharField(max_length=10, choices=Source, default=Source.WEB)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_for = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", help_text=_("Namens wie.")
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["enrolment", F("day").asc(nulls_first=True)]
        verbose_name = _("aanwezigheid")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "day"], nulls_distinct=False, name="attendance_once_a_day"
            ),
            models.CheckConstraint(
                name="attendance_hours_fit",
                condition=Q(hours__gte=0) & (Q(day=None, hours__lte=1000) | Q(hours__lte=24)),
                violation_error_message=_("Een dag heeft hoogstens 24 uur."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.hours}"


@pghistory.track(exclude=["updated_at"])
class EvidenceFile(Stamped):
    """A file that proves something; its bytes lie once under the private root, named by their hash."""

    class Kind(models.TextChoices):
        ATTENDANCE = "attendance", _("aanwezigheidslijst")
        INVOICE = "invoice", _("factuur")
        DECLARATION = "declaration", _("verklaring")
        CERTIFICATE = "certificate", _("getuigschrift")
        QUOTE = "quote", _("offerte of prijslijst")
        OTHER = "other", _("ander stuk")

    public_id = public_id()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="evidence_files")
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence_files"
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence_files"
    )
    kind = models.CharField(_("soort stuk"), max_length=12, choices=Kind)
    filename = models.CharField(_("bestandsnaam"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", help_text=_("Van wie het komt.")
    )
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("bewijsstuk")
        indexes = [models.Index(fields=["sha256"], name="evidence_by_hash")]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "participation", "enrolment", "kind", "sha256"],
                nulls_distinct=False,
                name="evidence_file_once_for_its_subject",
            ),
            models.CheckConstraint(name="evidence_file_is_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="evidence_file_hash_is_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return self.filename


__all__ = ["Attendance", "Enrolment", "EnrolmentInvitation", "EvidenceFile", "Learner"]
