"""Learners: their sealed identity, the pseudonym that stands for it, and erasing it."""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Organisation
from programmes.models import Enrolment, Learner
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.names import fold
from skillnet.kernel.sealing import CannotOpen, fingerprint, seal, unseal
from skillnet.kernel.transitions import record_decision

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read as something else
LONGEST_NAME = 120
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class NewLearner:
    """A person as a company names them. `disadvantaged` needs the reference of its evidence, no category."""

    name: str
    email: str = ""
    disadvantaged: bool = False
    evidence_reference: str = ""


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line that did not go in: its number (from 1), what it said and what to do about it."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a learner is; empty once erased."""

    name: str = ""
    email: str = ""


def read_lines(text: str) -> tuple[list[tuple[int, NewLearner]], list[LineProblem]]:
    """People from pasted lines: a name, and after a semicolon, comma, tab or in angle brackets an address.

    Blank lines are skipped; a bad line is reported and the others are read.
    """
    people: list[tuple[int, NewLearner]] = []
    problems: list[LineProblem] = []
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    for number, line in [pair for pair in lines if pair[1]][:MOST_LINES]:
        try:
            people.append((number, checked(_split(line))))
        except ValidationError as error:
            problems.append(LineProblem(number, line, " ".join(error.messages)))
    return people, problems


def checked(person: NewLearner) -> NewLearner:
    """The same person, tidied; raises ValidationError for a missing name or a bad address."""
    name = " ".join(person.name.split())
    email = person.email.strip().lower()
    if not name or "@" in name:
        raise ValidationError(_("Geef een naam. Het e-mailadres komt erna, na een puntkomma."))
    if len(name) > LONGEST_NAME:
        raise ValidationError(_("Deze naam is te lang: hoogstens %(most)s tekens.") % {"most": LONGEST_NAME})
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise ValidationError(
                _("“%(address)s” is geen geldig e-mailadres.") % {"address": person.email.strip()[:100]}
            ) from error
    reference = " ".join(person.evidence_reference.split())
    if person.disadvantaged and not reference:
        raise ValidationError(_("Geef het kenmerk van het bewijs: zonder bewijs telt de verhoging niet."))
    return NewLearner(name, email, person.disadvantaged, reference if person.disadvantaged else "")


def _split(line: str) -> NewLearner:
    angled = re.match(r"^(?P<name>[^<>]*)<(?P<email>[^<>]+)>\s*$", line)
    if angled:
        return NewLearner(angled["name"], angled["email"])
    parts = [part.strip() for part in re.split(r"[;\t]", line)]
    if len(parts) == 1 and line.count(",") == 1 and "@" in line:
        parts = [part.strip() for part in line.split(",")]
    if len(parts) > 2:
        raise ValidationError(_("Schrijf per regel één naam en hoogstens één e-mailadres."))
    return NewLearner(parts[0], parts[1] if len(parts) == 2 else "")


def known_learner(*, organisation: Organisation, person: NewLearner) -> Learner:
    """The learner of this organisation with this identity, made if nobody knew them yet."""
    mark = fingerprint_of(organisation, person)
    sealed = seal({"name": person.name, "email": person.email})
    learner, made = Learner.objects.get_or_create(
        organisation=organisation, fingerprint=mark, defaults={"identity": sealed}
    )
    if not made and identity_of(learner).name != person.name:
        learner.identity = sealed
        learner.save(update_fields=["identity", "updated_at"])
    return learner


def fingerprint_of(organisation: Organisation, person: NewLearner) -> str:
    """By the address the same person is known everywhere; by the name alone only within one organisation."""
    if person.email:
        return fingerprint("learner", person.email)
    return fingerprint("learner", str(organisation.pk), fold(person.name))


def identity_of(learner: Learner) -> Identity:
    """Name and address; empty for somebody who was erased, or where the key is gone."""
    if not learner.identity:
        return Identity()
    try:
        opened = unseal(learner.identity)
    except CannotOpen:
        return Identity()
    return Identity(opened.get("name", ""), opened.get("email", ""))


def names_for(actor: Actor, enrolments: Iterable[Enrolment]) -> dict[int, Identity]:
    """{learner: identity} of those whose name the actor may read; the others are known by pseudonym only."""
    ids = {enrolment.learner_id for enrolment in enrolments}
    named = Learner.objects.named_to(actor).filter(pk__in=ids, erased_at=None)
    return {learner.pk: identity_of(learner) for learner in named}


def new_reference() -> str:
    """A pseudonym that says nothing: eight signs that cannot be mistaken for each other."""
    signs = "".join(secrets.choice(ALPHABET) for _unused in range(8))
    return f"D-{signs[:4]}-{signs[4:]}"


def erase_learner(*, learner_id: int, actor: Actor, reason: str) -> Learner:
    """Erase who somebody is: name, address, what recognises them and mails to them. Erasing twice is once.

    Pseudonym, hours and decisions stay: they are kept for ten years by law (article 12 Reg. (EU) 651/2014),
    for which article 17(3)(b) of the GDPR makes room.
    """
    with transaction.atomic():
        learner: Learner = Learner.objects.select_for_update(of=("self",)).get(pk=learner_id)
        if learner.erased_at is not None:
            return learner
        enrolments = list(learner.enrolments.select_for_update(of=("self",)).order_by("pk"))
        _forget_mails(enrolments)
        learner.identity, learner.fingerprint, learner.erased_at = "", "", timezone.now()
        learner.save()
        for enrolment in enrolments:
            enrolment.learner_key = ""
            enrolment.save(update_fields=["learner_key", "updated_at"])
        record_decision(
            subject=learner,
            action="erase",
            from_state="known",
            to_state="erased",
            actor=actor,
            reason=reason,
            evidence={"kept": [e.reference for e in enrolments], "legal_basis": ERASURE_BASIS},
        )
    return learner


ERASURE_BASIS = "art. 17(3)(b) Verordening (EU) 2016/679; art. 12 Verordening (EU) 651/2014"


def mail_key(enrolment_id: int, what: str) -> str:
    """The key of a mail to a learner, by which it is found again when they are erased."""
    return f"learner:{enrolment_id}:{what}"


def _forget_mails(enrolments: Sequence[Enrolment]) -> None:
    for enrolment in enrolments:
        OutboxMessage.objects.filter(key__startswith=f"mail:{mail_key(enrolment.pk, '')}").delete()
