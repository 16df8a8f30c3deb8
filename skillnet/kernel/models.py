"""Decisions, outbox, dated rates, import files and API tokens: what every app stands on."""

from functools import cache
from typing import Any

import pghistory
import pgtrigger
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.encoding import force_str
from django.utils.hashable import make_hashable
from django.utils.translation import gettext_lazy as _

from skillnet.kernel.fields import public_id
from skillnet.kernel.roles import Role


class Stamped(models.Model):
    """Instants of creation and of the last change, UTC."""

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: Any) -> Any:  # noqa: N802  Django's name
        """As Django's own, which translates all labels of a field anew to show one: an eighth of a list page."""
        value = getattr(self, field.attname)
        return force_str(_labels(field).get(make_hashable(value), value), strings_only=True)


@cache
def _labels(field: Any) -> dict[Any, Any]:
    """The label of each choice of a field, still to be translated."""
    return {make_hashable(value): label for value, label in field.flatchoices}


class Decision(models.Model):
    """One recorded transition: who, when, from, to, why. Never changed, never deleted."""

    public_id = public_id()
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    action = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="decisions")
    organisation = models.ForeignKey(
        "networks.Organisation", on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    actor_label = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    evidence = models.JSONField(default=dict, help_text=_("Waarop de beslissing steunt, zoals het toen was."))
    decided_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["decided_at", "id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "decided_at"], name="decision_by_subject")
        ]
        triggers = [
            pgtrigger.Protect(name="decision_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.from_state} → {self.to_state}"


class OutboxMessage(models.Model):
    """Something to tell someone, written in the transaction that makes it true and sent after it."""

    class Kind(models.TextChoices):
        MAIL = "mail", _("E-mail")
        NOTICE = "notice", _("Melding in de site")
        DIGEST = "digest", _("Regel van een overzicht")

    kind = models.CharField(max_length=20, choices=Kind)
    cadence = models.CharField(
        max_length=6, blank=True, help_text=_("Van een regel van een overzicht: dagelijks of wekelijks.")
    )
    key = models.CharField(
        max_length=200, unique=True, help_text=_("Idempotentiesleutel: eenmaal per gebeurtenis.")
    )
    recipient = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, null=True, related_name="notices"
    )
    address = models.EmailField(blank=True)
    template = models.CharField(max_length=100)
    context = models.JSONField(default=dict)
    language = models.CharField(max_length=5, default="nl")
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], name="outbox_unsent", condition=Q(sent_at=None)),
            models.Index(fields=["recipient", "-id"], name="outbox_notices", condition=Q(kind="notice")),
        ]
        constraints = [
            models.CheckConstraint(
                name="outbox_digest_has_a_cadence",
                condition=Q(kind="digest", cadence__in=["daily", "weekly"])
                | (~Q(kind="digest") & Q(cadence="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} ({self.kind})"


class NoticePreference(Stamped):
    """How one person wants to hear of one kind of notice (skillnet.kernel.notice_kinds)."""

    class Delivery(models.TextChoices):
        AT_ONCE = "at_once", _("meteen per e-mail")
        DAILY = "daily", _("dagelijks overzicht")
        WEEKLY = "weekly", _("wekelijks overzicht")
        PAGE = "page", _("alleen hier")
        NEVER = "never", _("niet")

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=20)
    delivery = models.CharField(max_length=8, choices=Delivery)
    before = models.CharField(
        max_length=8, choices=Delivery, blank=True, help_text=_("Wat gold voor de afmelding met één klik.")
    )

    class Meta:
        ordering = ["user", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notice_preference_once_a_kind"),
            models.CheckConstraint(
                name="notice_preference_delivery_is_known",
                condition=Q(delivery__in=["at_once", "daily", "weekly", "page", "never"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.delivery}"


class RateKey(models.Model):
    """The name of a rate, ceiling or threshold, e.g. `network_grant.share`."""

    name = models.CharField(max_length=80, unique=True)
    unit = models.CharField(max_length=20)
    description = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RateQuerySet(models.QuerySet["Rate"]):
    def confirmed(self) -> "RateQuerySet":
        return self.filter(state=Rate.State.CONFIRMED)

    def on(self, day: Any) -> "RateQuerySet":
        return self.filter(period__contains=day)


@pghistory.track()
class Rate(Stamped):
    """The value that the law (or a call) gives to a rate key during one period."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("voorgesteld")
        CONFIRMED = "confirmed", _("bevestigd")
        WITHDRAWN = "withdrawn", _("ingetrokken")

    public_id = public_id()
    key = models.ForeignKey(RateKey, on_delete=models.PROTECT, related_name="rates")
    value = models.DecimalField(max_digits=18, decimal_places=6)
    period = DateRangeField()
    legal_basis = models.CharField(max_length=300)
    source = models.CharField(max_length=300, blank=True)
    is_certain = models.BooleanField(default=True)
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = RateQuerySet.as_manager()

    class Meta:
        ordering = ["key__name", "period"]
        constraints = [
            models.CheckConstraint(
                name="rate_needs_a_second_person",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                violation_error_message=_("Een tarief wordt door een tweede persoon bevestigd."),
            ),
            models.CheckConstraint(name="rate_has_a_legal_basis", condition=~Q(legal_basis="")),
            ExclusionConstraint(
                name="rate_periods_of_a_key_do_not_overlap",
                expressions=[
                    (
                        Func(F("key_id"), F("key_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(state="confirmed"),
                violation_error_message=_("Voor deze periode bestaat al een bevestigd tarief."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class ImportFile(Stamped):
    """A file that someone sent: kept privately until its rows are in, with what was wrong in each row."""

    class Kind(models.TextChoices):
        GAPS = "gaps", _("Competentiekloven")
        OFFERS = "offers", _("Aanbod")

    class State(models.TextChoices):
        FETCHING = "fetching", _("wordt opgehaald")
        UPLOADED = "uploaded", _("opgeladen")
        COMPARING = "comparing", _("wordt vergeleken")
        COMPARED = "compared", _("klaar om toe te passen")
        RUNNING = "running", _("bezig")
        DONE = "done", _("klaar")
        FAILED = "failed", _("mislukt")
        CANCELLED = "cancelled", _("geannuleerd")
        REVERTING = "reverting", _("wordt teruggedraaid")
        REVERTED = "reverted", _("teruggedraaid")

    public_id = public_id()
    kind = models.CharField(max_length=10, choices=Kind)
    organisation = models.ForeignKey(
        "networks.Organisation", on_delete=models.PROTECT, related_name="import_files"
    )
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True)
    filename = models.CharField(max_length=200)
    source_url = models.CharField(
        max_length=1000, blank=True, help_text=_("Het adres waarvan we het haalden; leeg bij een bestand.")
    )
    mapping = models.JSONField(default=dict, help_text=_("Kolom in het bestand → kolom van het formaat."))
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    rows_total = models.PositiveIntegerField(null=True)
    rows_read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, help_text=_("Regel, kolom en reden van elke geweigerde rij."))
    plan = models.JSONField(default=dict, help_text=_("Aantal rijen per uitkomst van de vergelijking."))
    archive_missing = models.BooleanField(
        default=False, help_text=_("Ook archiveren wat dit bestand niet meer heeft.")
    )
    archived = models.PositiveIntegerField(default=0)
    digest = models.CharField(
        max_length=64, blank=True, db_default="", help_text=_("SHA-256 van wat gestuurd werd.")
    )
    histories = ArrayField(
        models.UUIDField(),
        default=list,
        db_default=[],
        help_text=_("Onder welke kenmerken de geschiedenis bewaart wat dit bestand veranderde."),
    )
    reverted = models.PositiveIntegerField(default=0, db_default=0)
    kept = models.PositiveIntegerField(
        default=0, db_default=0, help_text=_("Rijen die bij het terugdraaien bleven zoals ze zijn.")
    )
    failure = models.CharField(max_length=500, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename


class ImportDifference(models.Model):
    """What one row of a file would do, or a known row that the file lacks; made anew by each comparison."""

    class Outcome(models.TextChoices):
        NEW = "new", _("nieuw")
        CHANGED = "changed", _("gewijzigd")
        UNCHANGED = "unchanged", _("ongewijzigd")
        REFUSED = "refused", _("geweigerd")
        MISSING = "missing", _("niet in dit bestand")

    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="differences")
    line = models.PositiveIntegerField(
        null=True, help_text=_("Regel in het bestand; leeg als het die rij mist.")
    )
    key = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    outcome = models.CharField(max_length=9, choices=Outcome)
    changes = models.JSONField(
        default=list, help_text=_("Kolom, oude en nieuwe waarde; van een geweigerde rij de redenen.")
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["file", "outcome", "id"], name="difference_by_outcome")]

    def __str__(self) -> str:
        return f"{self.key}: {self.outcome}"


class ApiToken(Stamped):
    """A key with which an organisation's own software speaks for it. Only a hash of it is kept."""

    public_id = public_id()
    organisation = models.ForeignKey(
        "networks.Organisation", on_delete=models.CASCADE, related_name="api_tokens"
    )
    role = models.CharField(max_length=20, choices=Role)
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
