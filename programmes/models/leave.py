"""Vlaams opleidingsverlof: hours accounts of pseudonymous workers, and the joint right of initiative."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.models import Organisation
from programmes.querysets_leave import LeaveQuerySet, LeaveWorkerQuerySet
from skillnet.kernel.fields import money, public_id, unguessable_id
from skillnet.kernel.models import Stamped


class LeaveWorker(Stamped):
    """A worker by the company's own reference: never a name, so that no account tells whose it is."""

    public_id = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="leave_workers")
    reference = models.CharField(
        _("eigen kenmerk"),
        max_length=40,
        help_text=_("Een nummer of code, geen naam: bijvoorbeeld W-017."),
    )
    employment = models.DecimalField(
        _("tewerkstelling (% van voltijds)"), max_digits=5, decimal_places=2, default=100
    )
    weekly_hours = models.DecimalField(_("uren per week"), max_digits=4, decimal_places=2, default=38)
    is_active = models.BooleanField(default=True)

    objects = LeaveWorkerQuerySet.as_manager()

    class Meta:
        ordering = ["reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "reference"],
                name="leave_worker_once_in_a_company",
                violation_error_message=_("Dit kenmerk bestaat al in uw bedrijf."),
            ),
            models.CheckConstraint(
                name="leave_worker_employment_is_a_percentage",
                condition=Q(employment__gt=0) & Q(employment__lte=100),
            ),
            models.CheckConstraint(
                name="leave_worker_hours_in_a_week", condition=Q(weekly_hours__gt=0) & Q(weekly_hours__lte=50)
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class LeaveProposal(Stamped):
    """A course that the employer proposes under the joint right; the worker answers by a link of their own."""

    class State(models.TextChoices):
        OPEN = "open", _("wacht op antwoord")
        ACCEPTED = "accepted", _("aanvaard")
        REFUSED = "refused", _("geweigerd")
        WITHDRAWN = "withdrawn", _("ingetrokken")

    public_id = public_id()
    answer_id = unguessable_id()
    worker = models.ForeignKey(LeaveWorker, on_delete=models.PROTECT, related_name="proposals")
    course = models.CharField(_("opleiding"), max_length=300)
    starts_on = models.DateField(_("eerste lesdag"))
    hours = models.DecimalField(_("uren"), max_digits=6, decimal_places=2)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="leave_proposal_has_hours", condition=Q(hours__gt=0)),
            models.CheckConstraint(
                name="leave_proposal_answered_has_its_instant",
                condition=Q(state__in=["open", "withdrawn"]) | Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker}: {self.course}"


class LeaveEntry(Stamped):
    """Hours taken from the two accounts of one school year for one course, and what they are worth. Euro."""

    public_id = public_id()
    worker = models.ForeignKey(LeaveWorker, on_delete=models.PROTECT, related_name="entries")
    proposal = models.OneToOneField(
        LeaveProposal, on_delete=models.PROTECT, null=True, blank=True, related_name="entry"
    )
    course = models.CharField(_("opleiding"), max_length=300)
    school_year = models.PositiveSmallIntegerField(
        _("schooljaar"), help_text=_("Het jaar waarin het begint.")
    )
    starts_on = models.DateField(_("eerste lesdag"))
    own_hours = models.DecimalField(_("uren eigen recht"), max_digits=6, decimal_places=2)
    joint_hours = models.DecimalField(_("uren gemeenschappelijk recht"), max_digits=6, decimal_places=2)
    amount = money(verbose_name=_("geraamd bedrag"))
    claim_by = models.DateField(_("aanvragen tegen"))
    claimed_on = models.DateField(_("aangevraagd op"), null=True, blank=True)
    given_back_at = models.DateTimeField(
        null=True, blank=True, help_text=_("De opleiding ging niet door: de uren zijn terug.")
    )

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="leave_entry_hours_not_negative",
                condition=Q(own_hours__gte=0) & Q(joint_hours__gte=0),
            ),
            models.CheckConstraint(name="leave_entry_amount_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="leave_entry_claimed_is_not_given_back",
                condition=Q(claimed_on=None) | Q(given_back_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker}: {self.course}"


__all__ = ["LeaveEntry", "LeaveProposal", "LeaveWorker"]
