"""Competency gaps and the needs analyses that freeze them."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from networks.models.networks import Network
from networks.models.organisations import Organisation
from networks.models.votes import SteeringVote
from networks.querysets import GapQuerySet, NeedsAnalysisQuerySet
from skillnet.kernel.fields import LANGUAGES, TextSearch, money, public_id
from skillnet.kernel.models import Stamped
from skillnet.kernel.sentences import joined
from skillnet.kernel.target_groups import MAX_CODE


class Depth(models.TextChoices):
    SHORT = "short", _("beknopt")
    DEEP = "deep", _("diepgaand")


class Direction(models.TextChoices):
    UPSKILLING = "upskilling", _("bijscholing voor de huidige functie")
    RESKILLING = "reskilling", _("omscholing naar een andere functie")


class Mode(models.TextChoices):
    CLASSROOM = "classroom", _("in de klas")
    ONLINE = "online", _("online")
    BLENDED = "blended", _("deels online")
    WORKPLACE = "workplace", _("op de werkplek")


class Transition(models.TextChoices):
    """Which of the two great changes a gap or an offer belongs to."""

    NONE = "none", _("geen van beide")
    DIGITAL = "digital", _("digitaal")
    GREEN = "green", _("groen")
    BOTH = "both", _("digitaal en groen")


@pghistory.track(exclude=["updated_at", "search"])
class Gap(Stamped):
    """What a company's people must be able to do and cannot yet. Empty means unknown, never zero."""

    class State(models.TextChoices):
        DRAFT = "draft", _("ontwerp")
        TO_CONFIRM = "to_confirm", _("te bevestigen door het bedrijf")
        OPEN = "open", _("open")
        CLOSED = "closed", _("gesloten")
        ARCHIVED = "archived", _("gearchiveerd")

    class Urgency(models.TextChoices):
        LOW = "low", _("laag")
        MEDIUM = "medium", _("gemiddeld")
        HIGH = "high", _("hoog")
        CRITICAL = "critical", _("kritiek")

    class Horizon(models.TextChoices):
        NOW = "now", _("nu")
        ONE_YEAR = "1y", _("binnen het jaar")
        THREE_YEARS = "3y", _("binnen drie jaar")

    class Impact(models.IntegerChoices):
        SMALL = 1, _("gering")
        NOTICEABLE = 2, _("merkbaar")
        LARGE = 3, _("groot")
        DECISIVE = 4, _("bepalend voor het bedrijf")

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("gewone kloof")
        WORK_TO_WORK = "work_to_work", _("van werk naar werk")
        HIRE_AND_TRAIN = "hire_and_train", _("aanwerven en opleiden")

    class HireScheme(models.TextChoices):
        IBO = "ibo", _("IBO: opleiden in het bedrijf, daarna aanwerven")
        IBO_AFTER_HIRING = "ibo_after_hiring", _("IBO na aanwerving")
        IKA = "ika", _("IKA: werken en leren in de zorg")
        OTHER = "other", _("andere regeling, of geen")

    public_id = public_id()
    external_id = models.CharField(_("eigen kenmerk"), max_length=100)
    kind = models.CharField(_("soort"), max_length=14, choices=Kind, default=Kind.ORDINARY)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="gaps")
    network = models.ForeignKey(Network, on_delete=models.PROTECT, null=True, blank=True, related_name="gaps")
    title = models.CharField(_("titel"), max_length=300)
    description = models.TextField(_("omschrijving"), blank=True)
    language = models.CharField(_("taal van de tekst"), max_length=2, choices=LANGUAGES, default="nl")
    learners = models.PositiveIntegerField(_("deelnemers"), null=True, blank=True)
    urgency = models.CharField(_("dringendheid"), max_length=8, choices=Urgency, blank=True)
    impact = models.PositiveSmallIntegerField(_("gevolg"), choices=Impact, null=True, blank=True)
    horizon = models.CharField(_("termijn"), max_length=3, choices=Horizon, blank=True)
    depth = models.CharField(_("diepgang"), max_length=5, choices=Depth, blank=True)
    direction = models.CharField(_("richting"), max_length=10, choices=Direction, blank=True)
    mandatory = models.BooleanField(_("wettelijk verplichte opleiding"), null=True, blank=True)
    regions = ArrayField(models.CharField(max_length=5), default=list, blank=True, verbose_name=_("regio's"))
    skills = ArrayField(
        models.CharField(max_length=200), default=list, blank=True, verbose_name=_("vaardigheden")
    )
    budget = money(verbose_name=_("budget"), null=True, blank=True)
    eqf_level = models.PositiveSmallIntegerField(_("EQF-niveau"), null=True, blank=True)
    learner_languages = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, verbose_name=_("talen van de deelnemers")
    )
    modes = ArrayField(models.CharField(max_length=10), default=list, blank=True, verbose_name=_("lesvormen"))
    target_groups = ArrayField(
        models.CharField(max_length=MAX_CODE), default=list, blank=True, verbose_name=_("doelgroepen")
    )
    transition = models.CharField(_("omslag"), max_length=7, choices=Transition, blank=True)
    occupation = models.CharField(_("beroep"), max_length=200, blank=True)
    planned_start = models.DateField(_("geplande start"), null=True, blank=True)
    hire_scheme = models.CharField(_("regeling"), max_length=16, choices=HireScheme, blank=True)
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies"
    )
    state = models.CharField(_("toestand"), max_length=10, choices=State, default=State.OPEN)
    entered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    search = models.GeneratedField(
        expression=TextSearch("language", "title", "description"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = GapQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("competentiekloof")
        indexes = [
            GinIndex(fields=["search"], name="gap_search"),
            models.Index(fields=["network", "state"], name="gap_by_network"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"], name="gap_known_once_by_its_company"
            ),
            models.CheckConstraint(name="gap_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="gap_learners_positive", condition=Q(learners=None) | Q(learners__gte=1)
            ),
            models.CheckConstraint(
                name="gap_budget_not_negative", condition=Q(budget=None) | Q(budget__gte=0)
            ),
            models.CheckConstraint(
                name="gap_eqf_between_1_and_8", condition=Q(eqf_level=None) | Q(eqf_level__range=(1, 8))
            ),
            models.CheckConstraint(
                name="gap_impact_between_1_and_4", condition=Q(impact=None) | Q(impact__range=(1, 4))
            ),
            models.CheckConstraint(
                name="gap_scheme_only_when_hiring", condition=Q(hire_scheme="") | Q(kind="hire_and_train")
            ),
            models.CheckConstraint(
                name="gap_is_no_copy_of_itself", condition=Q(copied_from=None) | ~Q(copied_from=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> str:
        """What is embedded and matched."""
        return joined([self.title, self.description])


class NeedsAnalysis(Stamped):
    """A frozen version of a network's gaps, validated by its steering group."""

    class State(models.TextChoices):
        COLLECTING = "collecting", _("verzamelen")
        CONSOLIDATED = "consolidated", _("samengevoegd")
        VALIDATED = "validated", _("gevalideerd")
        FROZEN = "frozen", _("bevroren")

    public_id = public_id()
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="needs_analyses")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.COLLECTING)
    remarks = models.TextField(blank=True)
    snapshot = models.JSONField(default=list, help_text=_("De kloven zoals ze bij het bevriezen waren."))
    validated_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    objects = NeedsAnalysisQuerySet.as_manager()

    class Meta:
        ordering = ["network", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["network", "version"], name="needs_analysis_version_once"),
            models.CheckConstraint(
                name="needs_analysis_frozen_has_its_instant",
                condition=~Q(state="frozen") | Q(frozen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} v{self.version}"


class NeedsVote(SteeringVote):
    """One vote of one member of the steering group on one needs analysis."""

    analysis = models.ForeignKey(NeedsAnalysis, on_delete=models.CASCADE, related_name="votes")

    class Meta(SteeringVote.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["analysis", "organisation"], name="one_vote_for_each_organisation"
            ),
        ]
