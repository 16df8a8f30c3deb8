"""A link of ownership ends by the word of both sides, or of who looks after all, and never under decided aid."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from networks.models import Organisation, OwnershipLink
from networks.services.link_endings import earliest_end, end_link, keep_link
from networks.services.undertakings import add_link, refresh_undertakings
from programmes.models import DeMinimisAid, Participation, Programme
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.outbox import render_message
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.api.keys import client_of
from tests.factories import actor_for_role, actor_for_user, make_membership, make_network, organisation_of
from tests.networks.pages_world import Clients

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def confirmed() -> tuple[OwnershipLink, Actor, Actor]:
    """A link that both sides confirmed, with a person of the mother and one of the daughter."""
    mother, daughter = actor_for_role(Role.COMPANY_CONTACT), actor_for_role(Role.COMPANY_CONTACT)
    link = OwnershipLink.objects.create(
        owner=organisation_of(mother), owned=organisation_of(daughter), percent=Decimal(80)
    )
    refresh_undertakings()
    return link, mother, daughter


def granted(organisation: Organisation, day: date) -> None:
    """De minimis aid of a programme, given on `day`."""
    programme = Programme.objects.create(network=make_network(), title="Lassen")
    part = Participation.objects.create(programme=programme, organisation=organisation, learners=1)
    DeMinimisAid.objects.create(organisation=organisation, granted_on=day, amount=500, participation=part)


def are_one(link: OwnershipLink) -> bool:
    one, other = Organisation.objects.filter(pk__in=[link.owner_id, link.owned_id])
    return one.undertaking_key == other.undertaking_key


def test_neither_side_ends_a_confirmed_link_alone() -> None:
    link, mother, daughter = confirmed()
    for _ in range(2):
        said = end_link(link_id=link.pk, actor=daughter, reason="Verkocht.")
    assert (said.until, said.ending_by, said.ending_on) == (None, organisation_of(daughter), TODAY())
    assert are_one(link), "a ceiling of its own by its own word"
    told = OutboxMessage.objects.filter(template="organisation_link_ending", recipient=mother.user)[0]
    assert "tellen beide als één onderneming" in render_message(told)[1]
    with pytest.raises(TransitionRefused):
        end_link(link_id=link.pk, actor=actor_for_role(Role.COMPANY_CONTACT))
    ended = end_link(link_id=link.pk, actor=mother)
    assert (ended.until, are_one(link)) == (TODAY(), False)
    assert [d.action for d in decisions_on(link).order_by("pk")] == ["state_end", "end"]


def test_the_same_person_does_not_speak_for_both_sides() -> None:
    link, _mother, daughter = confirmed()
    end_link(link_id=link.pk, actor=daughter)
    both = make_membership(user=daughter.user, organisation=link.owner, role=Role.COMPANY_CONTACT)
    with pytest.raises(TransitionRefused, match="Iemand anders"):
        end_link(link_id=link.pk, actor=actor_for_user(both.user, link.owner))
    assert are_one(link)


def test_a_side_that_nobody_looked_up_confirms_no_end() -> None:
    """Anybody may name an organisation that is not here yet, also the mother of the own company."""
    link, mother, daughter = confirmed()
    Organisation.objects.filter(pk=link.owner_id).update(is_verified=False)
    end_link(link_id=link.pk, actor=daughter)
    with pytest.raises(TransitionRefused, match="nog niet nagekeken"):
        end_link(link_id=link.pk, actor=mother)
    judge = actor_for_role(Role.COORDINATOR)
    assert link in OwnershipLink.objects.end_to_decide_by(judge)
    end_link(link_id=link.pk, actor=judge, reason="Nagekeken in het aandelenregister.")
    assert not are_one(link)


def test_who_said_it_takes_it_back_and_the_other_side_contests_it() -> None:
    link, mother, daughter = confirmed()
    for keeper in (daughter, mother):
        end_link(link_id=link.pk, actor=daughter)
        kept = keep_link(link_id=link.pk, actor=keeper)
        assert (kept.ending_by, kept.ending_on, kept.until) == (None, None, None)
    with pytest.raises(TransitionRefused):
        keep_link(link_id=link.pk, actor=actor_for_role(Role.COMPANY_CONTACT))
    again = end_link(link_id=link.pk, actor=mother)
    assert again.until is None, "what was said and taken back confirms nothing"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_who_looks_after_all_ends_it_with_a_reason_unless_it_is_about_their_own(role: Role) -> None:
    link, mother, daughter = confirmed()
    if role == Role.COORDINATOR:
        with pytest.raises(TransitionRefused):
            end_link(link_id=link.pk, actor=actor_for_role(role), reason="Zomaar.")
    end_link(link_id=link.pk, actor=daughter)
    own = make_membership(user=mother.user, role=role)
    with pytest.raises(TransitionRefused):
        end_link(link_id=link.pk, actor=actor_for_user(own.user, own.organisation), reason="Zo is het.")
    judge = actor_for_role(role)
    with pytest.raises(TransitionRefused, match="motivering"):
        end_link(link_id=link.pk, actor=judge)
    end_link(link_id=link.pk, actor=judge, reason="Het aandelenregister toont de verkoop.")
    assert not are_one(link)


@pytest.mark.parametrize("days", [0, 40])
def test_no_link_ends_under_aid_that_was_decided_while_it_counted(days: int) -> None:
    link, mother, daughter = confirmed()
    given = TODAY() - timedelta(days=days)
    granted(link.owner, given)
    assert earliest_end(link) == given + timedelta(days=1)
    for actor in (daughter, actor_for_role(Role.ADMINISTRATOR)):
        with pytest.raises(TransitionRefused, match="ten vroegste"):
            end_link(link_id=link.pk, actor=actor, day=given, reason="Eigenlijk al eerder.")
    end_link(link_id=link.pk, actor=daughter)
    ended = end_link(link_id=link.pk, actor=mother)
    assert ended.until == max(given + timedelta(days=1), TODAY())
    assert are_one(link) == (days == 0)


def test_aid_that_is_decided_while_the_end_waits_moves_it() -> None:
    link, mother, daughter = confirmed()
    said = end_link(link_id=link.pk, actor=daughter, day=TODAY() - timedelta(days=300))
    assert said.ending_on == TODAY() - timedelta(days=300), "nothing was given since"
    granted(link.owned, TODAY() - timedelta(days=400))
    now = timezone.now()
    Programme.objects.update(state="approved", submitted_at=now, decided_at=now)
    ended = end_link(link_id=link.pk, actor=mother)
    assert ended.until == TODAY() + timedelta(days=1)


def test_what_one_side_said_alone_goes_by_its_own_word_and_not_back_in_time() -> None:
    claimant = actor_for_role(Role.COMPANY_CONTACT)
    other = actor_for_role(Role.COMPANY_CONTACT)
    values = {"number": organisation_of(other).enterprise_number, "percent": 80}
    link = add_link(
        actor=claimant, organisation=organisation_of(claimant), values=values, owned_by_other=False
    )
    granted(link.owner, TODAY())
    with pytest.raises(TransitionRefused, match="ten vroegste"):
        end_link(link_id=link.pk, actor=claimant, day=date(2026, 1, 1))
    assert end_link(link_id=link.pk, actor=claimant).until == TODAY() + timedelta(days=1)


def test_what_holds_instead_is_said_while_the_end_waits() -> None:
    link, _mother, daughter = confirmed()
    values = {"number": link.owner.enterprise_number, "percent": 30}
    end_link(link_id=link.pk, actor=daughter)
    less = add_link(actor=daughter, organisation=link.owned, values=values, owned_by_other=True)
    assert (less.claimed_by, are_one(link)) == (link.owned, True)


def test_a_key_ends_no_confirmed_link() -> None:
    link, _mother, daughter = confirmed()
    for side in (link.owner, link.owned):
        key = client_of(Role.COMPANY_CONTACT, organisation=side)
        refused = key.delete(f"/api/v1/ownership-links/{link.public_id}/")
        assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
        assert "niet een sleutel" in refused.json()["detail"]
    end_link(link_id=link.pk, actor=daughter)
    key = client_of(Role.COMPANY_CONTACT, organisation=link.owner)
    assert key.delete(f"/api/v1/ownership-links/{link.public_id}/").status_code == 409
    assert key.get(f"/api/v1/ownership-links/{link.public_id}/").json()["ending_on"] == TODAY().isoformat()
    assert are_one(link)


def test_both_sides_find_it_on_their_pages(client_for: Clients) -> None:
    link, mother, daughter = confirmed()
    one, other = client_for(None), client_for(None)
    one.force_login(daughter.user)
    other.force_login(mother.user)
    end, keep = (reverse(f"networks:{name}", args=[link.public_id]) for name in ("link_end", "link_keep"))
    assert end in one.get(reverse("networks:organisation")).content.decode()
    assert "ook de andere dat bevestigt" in one.get(end).content.decode()
    assert "tot de andere organisatie het einde bevestigt" in one.post(end, follow=True).content.decode()
    assert "Toch niet beëindigen" in one.get(reverse("networks:organisation")).content.decode()
    assert "Is deze band ten einde" in other.get(reverse("home")).content.decode()
    page = other.get(reverse("networks:organisation")).content.decode()
    assert ("Einde bevestigen" in page, keep in page) == (True, True)
    asked = other.get(end).content.decode()
    assert ("Einde bevestigen" in asked, 'name="day"' in asked) == (True, False), (
        "the other side named the day"
    )
    other.post(end)
    assert "Banden die niet meer gelden" in other.get(reverse("networks:organisation")).content.decode()
    assert client_for(Role.COMPANY_CONTACT).get(end).status_code == 404
    assert client_for(Role.COMPANY_CONTACT).post(keep).status_code == 404


def test_a_coordinator_finds_what_nobody_can_confirm(client_for: Clients) -> None:
    link, _mother, daughter = confirmed()
    end_link(link_id=link.pk, actor=daughter)
    coordinator = client_for(Role.COORDINATOR)
    assert "Is deze band ten einde" not in coordinator.get(reverse("home")).content.decode()
    link.owner.memberships.update(ended_at=timezone.now())
    end = reverse("networks:link_end", args=[link.public_id])
    assert end in coordinator.get(reverse("home")).content.decode()
    assert "Geef een motivering" in coordinator.post(end).content.decode()
    coordinator.post(end, {"reason": "Verkocht volgens de jaarrekening."})
    link.refresh_from_db()
    assert link.until == TODAY()
