"""Jobseekers by software: enrolled by name, or counted with the list of the service that holds the names."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from catalogue.models import Edition
from programmes.home import sections
from programmes.models import Enrolment, JobseekerAttendance, Programme
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company
from tests.programmes.claims_world import attend
from tests.programmes.test_cost_plan import fund, with_jobseekers
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db
API = "/api/v1"


def started(world: World) -> Programme:
    fund(world)
    programme = with_jobseekers(world, world.programme(), 3)
    world.move(programme, "submit", "approve", "start")
    Edition.objects.filter(pk=world.edition.pk).update(starts_on=timezone.localdate())
    programme.refresh_from_db()
    return programme


def asked(actor: Actor) -> list[str]:
    return [str(t.text) for s in sections(actor) if s.title == "Werkzoekenden te tellen" for t in s.todos]


def test_jobseekers_are_enrolled_and_counted_once_and_asked_for_until_then():
    world = build_world()
    programme = started(world)
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    teacher = client_of(Role.PROVIDER, organisation=world.offer.provider.organisation)
    address = f"{API}/programmes/{programme.public_id}/jobseekers/"
    edition = str(world.edition.public_id)

    # By name: the manager, in a seat for jobseekers, once; a company has none to give.
    person: dict[str, Any] = {
        "programme": str(programme.public_id), "edition": edition, "name": "Ada Aerts", "stream": "jobseeker",
    }  # fmt: skip
    first, again = (manager.post(f"{API}/enrolments/", person, format="json") for _twice in range(2))
    assert (first.status_code, again.status_code) == (201, 200), first.content
    row = Enrolment.objects.get(stream="jobseeker")
    assert (row.participation, row.state) == (None, "confirmed")
    own = company(organisation=world.companies[0])
    assert own.post(f"{API}/enrolments/", person, format="json").status_code == 404

    # Not counted yet: whoever has to act reads so at home, once the lessons were given; nobody else does.
    hours = {"hours": [{"hours": "16.00"}]}
    manager.put(f"{API}/enrolments/{row.public_id}/attendance/", hours, format="json")
    assert manager.get(address).json()[0]["used"] == 1
    Enrolment.objects.filter(pk=row.pk).update(state="cancelled")
    assert manager.get(address).json()[0]["used"] is None
    attend(programme)
    world.move(programme, "deliver")
    provider = Actor(organisation_id=world.offer.provider.organisation_id, roles=frozenset({Role.PROVIDER}))
    other = Actor(organisation_id=world.companies[0].pk, roles=frozenset({Role.PROVIDER}))
    assert asked(world.manager) == asked(provider) != []
    assert "3 werkzoekenden" in asked(provider)[0]
    assert asked(other) == []

    # By the service that holds the names: with its list, sent first.
    count = {"edition": edition, "people": 2, "hours": "32.00", "service": "VDAB Gent"}
    bare = teacher.put(address, count, format="json")
    assert bare.status_code == 400, "without the list"
    assert "getekende lijst" in bare.content.decode()
    proof = {
        "programme": str(programme.public_id), "kind": "attendance",
        "file": SimpleUploadedFile("lijst.pdf", b"%PDF-1.7 list\n%%EOF"),
    }  # fmt: skip
    file = teacher.post(f"{API}/evidence/", proof, format="multipart").json()["id"]
    for _twice in range(2):
        done = teacher.put(address, {**count, "evidence": file}, format="json")
        assert done.status_code == 200, done.content
    (seats,) = done.json()
    assert (seats["counted"], seats["used"], seats["due"], seats["evidence"]) == (2, 2, "2000.00", file)
    assert JobseekerAttendance.objects.count() == 1
    assert asked(world.manager) == asked(provider) == []

    # Two at once: the later one gets both; who has no part in it finds nothing.
    assert manager.put(address, {**count, "people": 1, "hours": "16.00"}, format="json").status_code == 200
    late = teacher.put(address, {**count, "version": seats["version"]}, format="json")
    assert late.status_code == 409
    assert late.json()["current"]["jobseekers"][0]["counted"] == 1
    assert own.put(address, count, format="json").status_code == 404
    assert own.get(address).status_code == 404
    assert client_of(Role.PROVIDER).get(address).status_code == 404

    # Who only reads counts nobody, and nobody's count stands on a list that somebody else sent.
    for reader in (Role.STEERING_MEMBER, Role.COORDINATOR):
        key = client_of(reader, network=world.network, organisation=world.administration)
        assert key.get(address).status_code == 200
        assert key.put(address, {**count, "people": 0, "hours": "0"}, format="json").status_code == 404
    proof["file"] = SimpleUploadedFile("ander.pdf", b"%PDF-1.7 another list\n%%EOF")
    theirs = manager.post(f"{API}/evidence/", proof, format="multipart").json()["id"]
    assert teacher.put(address, {**count, "evidence": theirs}, format="json").status_code == 404
    assert JobseekerAttendance.objects.get().people == 1
