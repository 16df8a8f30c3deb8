"""Skills, vectors, runs, matches, pools: what the engine reads and leaves behind."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from catalogue.models import Offer
from matching.fields import ComponentsField
from matching.querysets import MatchQuerySet, PoolQuerySet, RunQuerySet
from networks.models import Gap, Network
from skillnet.kernel.fields import public_id, unguessable_id
from skillnet.kernel.models import Stamped


class Skill(models.Model):
    """One ESCO skill. Names per language; a missing language falls back when it is shown."""

    uri = models.CharField(max_length=200, unique=True)
    labels = models.JSONField(default=dict)
    alt_labels = models.JSONField(default=dict)
    descriptions = models.JSONField(default=dict)
    skill_type = models.CharField(max_length=40, blank=True)
    is_digital = models.BooleanField(default=False)
    is_green = models.BooleanField(default=False)
    is_transversal = models.BooleanField(default=False)
    broader = ArrayField(models.CharField(max_length=200), default=list, blank=True)

    class Meta:
        ordering = ["uri"]

    def __str__(self) -> str:
        return self.label("nl")

    def label(self, language: str) -> str:
        return (
            self.labels.get(language) or self.labels.get("en") or next(iter(self.labels.values()), self.uri)
        )


class Occupation(models.Model):
    """One ESCO occupation and the skills it needs."""

    uri = models.CharField(max_length=200, unique=True)
    isco = models.CharField(max_length=8, blank=True)
    labels = models.JSONField(default=dict)
    alt_labels = models.JSONField(default=dict)
    essential = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    optional = ArrayField(models.CharField(max_length=200), default=list, blank=True)

    class Meta:
        ordering = ["uri"]

    def __str__(self) -> str:
        return self.labels.get("nl") or self.labels.get("en") or self.uri


class WordCount(models.Model):
    """In how many active offers of one language a word stands; the row with an empty word is the total."""

    language = models.CharField(max_length=2)
    word = models.CharField(max_length=255)
    documents = models.PositiveIntegerField()

    class Meta:
        ordering = ["language", "word"]
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="word_counted_once")]

    def __str__(self) -> str:
        return f"{self.word}: {self.documents}"


class ModelRevision(models.Model):
    """One embedding model at one state of its weights; at most one revision is the active one."""

    name = models.CharField(max_length=200)
    revision = models.CharField(max_length=200, unique=True)
    dimensions = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="one_active_revision"
            ),
        ]

    def __str__(self) -> str:
        return self.revision


class Embedding(models.Model):
    """The vector of one text for one model revision; the table is partitioned by revision (see migration).

    `owner_id` is the primary key of the gap, offer or skill; `text_hash` tells whether the text changed.
    """

    class Owner(models.TextChoices):
        GAP = "gap", "gap"
        OFFER = "offer", "offer"
        SKILL = "skill", "skill"

    pk = models.CompositePrimaryKey("revision_id", "owner_kind", "owner_id")
    revision = models.ForeignKey(
        ModelRevision, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    owner_kind = models.CharField(max_length=5, choices=Owner)
    owner_id = models.BigIntegerField()
    text_hash = models.CharField(max_length=64)
    vector = HalfVectorField()

    class Meta:
        managed = False
        db_table = "matching_embedding"

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_id}"


class MatchRun(Stamped):
    """One run of the engine over a frozen plan. PostgreSQL is the truth; a worker only works batches off."""

    class State(models.TextChoices):
        PENDING = "pending", _("wacht")
        RUNNING = "running", _("bezig")
        DONE = "done", _("klaar")
        FAILED = "failed", _("mislukt")
        CANCELLED = "cancelled", _("geannuleerd")

    class Scope(models.TextChoices):
        ALL = "all", _("alles")
        NETWORK = "network", _("één netwerk")
        GAPS = "gaps", _("enkele kloven")
        OFFERS = "offers", _("een deel van het aanbod")

    public_id = public_id()
    scope = models.CharField(max_length=8, choices=Scope)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, null=True, blank=True, related_name="runs")
    owner_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    revision = models.ForeignKey(ModelRevision, on_delete=models.PROTECT, null=True, related_name="+")
    profile = models.ForeignKey("WeightsProfile", on_delete=models.PROTECT, null=True, related_name="+")
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    stage = models.CharField(max_length=20, blank=True)
    gaps = models.PositiveIntegerField(default=0)
    offers = models.PositiveIntegerField(default=0)
    seconds = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    failure = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} #{self.pk}"


class RunBatch(models.Model):
    """One piece of a run, done in one transaction that holds its row lock: done once, whoever is killed."""

    class Stage(models.TextChoices):
        EMBED = "embed", _("teksten lezen")
        WORDS = "words", _("woorden tellen")
        MATCH = "match", _("matchen")
        POOL = "pool", _("bundelen")
        ASSEMBLE = "assemble", _("programma's voorstellen")

    class State(models.TextChoices):
        PENDING = "pending", _("wacht")
        DONE = "done", _("klaar")
        FAILED = "failed", _("mislukt")

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="batches")
    stage = models.CharField(max_length=10, choices=Stage)
    position = models.PositiveIntegerField()
    plan = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=500, blank=True)
    result = models.JSONField(default=dict, help_text=_("Wat het werk opleverde, en de seconden per stap."))
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="batch_once_in_its_run"),
        ]
        indexes = [
            models.Index(fields=["run", "position"], name="batch_pending", condition=Q(state="pending"))
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.position} {self.stage}"


class WeightsProfile(Stamped):
    """One version of the weights of the components; versions are never changed, only followed by others."""

    version = models.PositiveIntegerField(unique=True)
    weights = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=False)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="one_active_profile"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class TalentStrategy(Stamped):
    """A version of the priorities, with weights, that decisions cite."""

    version = models.PositiveIntegerField(unique=True)
    title = models.CharField(_("titel"), max_length=200)
    weights = models.JSONField()
    priorities = models.JSONField(
        default=dict, help_text=_("Knelpuntberoepen, STEM, groen, digitaal, prognoses.")
    )
    valid_from = models.DateField()
    is_active = models.BooleanField(default=False)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="one_active_strategy"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (v{self.version})"


class Match(models.Model):
    """One gap and one offer, with a score and its components as they were in the run."""

    public_id = public_id()
    # No index of its own: the unique pair below begins with it.
    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="matches", db_index=False)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="matches")
    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="matches")
    rank = models.PositiveSmallIntegerField()
    score = models.FloatField()
    certainty = models.FloatField()
    components = ComponentsField()
    created_at = models.DateTimeField(db_default=Now())

    objects = MatchQuerySet.as_manager()

    class Meta:
        ordering = ["gap", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["gap", "offer"], name="match_once_for_a_gap_and_an_offer"),
            models.CheckConstraint(
                name="match_score_between_0_and_1", condition=Q(score__gte=0, score__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gap_id} × {self.offer_id}: {self.score:.2f}"


class Verdict(Stamped):
    """What a person said of a match, with the components as they were, so that weights can be learned."""

    class Answer(models.TextChoices):
        FITS = "fits", _("past")
        DOES_NOT_FIT = "does_not_fit", _("past niet")

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="verdicts")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="verdicts")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=12, choices=Answer)
    reason = models.CharField(max_length=500, blank=True)
    score = models.FloatField(null=True)
    components = models.JSONField(default=dict)
    run = models.ForeignKey(MatchRun, on_delete=models.SET_NULL, null=True, related_name="+")
    revision = models.ForeignKey(ModelRevision, on_delete=models.PROTECT, null=True, related_name="+")
    profile_version = models.PositiveIntegerField(
        null=True, help_text=_("De gewichten waarmee de match gescoord was; leeg is onbekend.")
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gap", "offer", "user"], name="one_verdict_for_each_person")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.answer}"


class Pool(Stamped):
    """Gaps of several companies of one network that one programme can close. An identity for life."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        FROZEN = "frozen", _("in een programma")
        DISSOLVED = "dissolved", _("opgelost")

    public_id = unguessable_id()
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="pools")
    title = models.CharField(max_length=300, help_text=_("De kloof die het meest op alle andere lijkt."))
    public_title = models.CharField(
        max_length=300, blank=True, help_text=_("Zonder woorden van één bedrijf.")
    )
    is_titled_by_hand = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="nl")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    companies = models.PositiveIntegerField(default=0)
    undertakings = models.PositiveIntegerField(default=0)
    learners = models.PositiveIntegerField(null=True)
    skills = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    is_unmet = models.BooleanField(default=False)
    unmet_reason = models.JSONField(null=True, blank=True)
    priority = models.FloatField(null=True)
    priority_parts = models.JSONField(default=dict)
    run = models.ForeignKey(MatchRun, on_delete=models.SET_NULL, null=True, related_name="pools")
    members_hash = models.CharField(max_length=64, blank=True, editable=False)
    cohesion = models.FloatField(null=True, help_text=_("Gemiddelde cosinus tussen de kloven."))
    history = models.JSONField(default=list, help_text=_("Splitsingen en samenvoegingen."))
    shown = models.JSONField(
        null=True, editable=False, help_text=_("Wat buitenstaanders lezen, en van wie elk cijfer komt.")
    )

    objects = PoolQuerySet.as_manager()

    class Meta:
        ordering = ["-priority", "-companies", "id"]
        verbose_name = _("gebundelde vraag")

    def __str__(self) -> str:
        return self.title


class PoolGap(models.Model):
    """One gap in one pool; how it came there."""

    class Origin(models.TextChoices):
        ENGINE = "engine", _("door de matcher")
        PERSON = "person", _("door een persoon")

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="pool_gaps")
    gap = models.OneToOneField(Gap, on_delete=models.CASCADE, related_name="pool_gap")
    origin = models.CharField(max_length=6, choices=Origin, default=Origin.ENGINE)
    is_locked = models.BooleanField(default=False)

    class Meta:
        ordering = ["pool", "gap"]

    def __str__(self) -> str:
        return f"{self.pool_id}: {self.gap_id}"


class KeptOut(Stamped):
    """A person said: this gap does not belong in that pool (or, without a pool, in any)."""

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="kept_out")
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, null=True, blank=True, related_name="kept_out")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["gap", "pool"], name="kept_out_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.gap_id} ∉ {self.pool_id}"


# In a file of their own, and known to Django from here.
from matching.bid_models import Bid  # noqa: E402
from matching.change_models import MatchChange  # noqa: E402
from matching.demand_models import DemandCard, ProviderInterest  # noqa: E402
from matching.shortage_models import ShortageList, ShortageOccupation  # noqa: E402

__all__ = ["Bid", "DemandCard", "MatchChange", "ProviderInterest", "ShortageList", "ShortageOccupation"]
