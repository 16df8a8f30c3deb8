"""What a text says of itself: language, kind of training, skills, look-alikes; and that nothing leaks."""

from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from matching.models import MatchRun, ModelRevision, Pool, PoolGap, Skill
from matching.quadrant import depth_hint, direction_hint
from matching.services import similar
from matching.services.runs import queue_run, work_run
from matching.services.similar import similar_to
from matching.services.skill_linking import suggested_skills
from matching.spoken import language_of
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.factories import actor_for_role, make_gap
from tests.matching.web_world import WELDING, World, build_world


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Onze mensen moeten zelf een storing kunnen oplossen", "nl"),
        ("Nos opérateurs doivent savoir souder l'inox avec la technique TIG", "fr"),
        ("Our operators must learn to weld stainless steel", "en"),
        ("Unsere Mitarbeiter müssen Edelstahl schweißen können", "de"),
        ("TIG", ""),
        ("", ""),
        ("🙂🙂🙂", ""),
    ],
)
def test_language_by_small_words(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language", "depth"),
    [
        ("Een korte opfrissing van twee dagen", "nl", "short"),
        ("Een diepgaand traject tot zelfstandig programmeur", "nl", "deep"),
        ("geen korte opleiding", "nl", ""),
        ("Une courte initiation", "fr", "short"),
        ("A thorough course from scratch", "en", "deep"),
        ("Eine kurze Einführung", "de", "short"),
        ("Un parcours approfondi", "", "deep"),
        ("lassen", "nl", ""),
        ("kort traject", "nl", ""),
    ],
)
def test_depth_by_words(text: str, language: str, depth: str) -> None:
    assert depth_hint(text, language).value == depth


@pytest.mark.parametrize(
    ("text", "language", "direction"),
    [
        ("Magazijniers omscholen tot technieker", "nl", "reskilling"),
        ("Operatoren bijscholen op de nieuwe machines", "nl", "upskilling"),
        ("Reconversion vers un autre poste", "fr", "reskilling"),
        ("Upskilling for the new version", "en", "upskilling"),
        ("Umschulung auf eine andere Stelle", "de", "reskilling"),
        ("lassen", "nl", ""),
    ],
)
def test_direction_by_words(text: str, language: str, direction: str) -> None:
    assert direction_hint(text, language).value == direction


@given(st.text(max_size=400), st.sampled_from(["nl", "fr", "en", "de", "tr", ""]))
def test_any_text_gives_a_known_answer(text: str, language: str) -> None:
    assert depth_hint(text, language).value in ("", "short", "deep")
    assert direction_hint(text, language).value in ("", "upskilling", "reskilling")
    assert language_of(text) in ("", "nl", "fr", "en", "de")


@pytest.fixture
def skills(db: None) -> None:
    for uri, nl, fr in [
        ("esco:tig", "TIG-lassen uitvoeren", "souder au TIG"),
        ("esco:inox", "roestvrij staal lassen", "souder l'acier inoxydable"),
        ("esco:btw", "btw-aangifte doen", "déclarer la TVA"),
    ]:
        Skill.objects.create(uri=uri, labels={"nl": nl, "fr": fr})


def test_skills_that_a_text_names(skills: None) -> None:
    found = suggested_skills(text="Zij moeten roestvrij staal lassen.", language="nl", shown_in="fr")
    assert found[0].label == "souder l'acier inoxydable"
    assert found[0].words == "roestvrij staal lassen"
    assert "esco:btw" not in {skill.uri for skill in found}


def test_an_accepted_skill_stays_whatever_the_text(skills: None) -> None:
    found = suggested_skills(text="", language="nl", shown_in="nl", accepted=["esco:btw", "esco:weg"])
    assert [(s.uri, s.label) for s in found] == [
        ("esco:btw", "btw-aangifte doen"),
        ("esco:weg", "onbekende vaardigheid (esco:weg)"),
    ]


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def ask(client: Any, current: str = "", **data: str) -> str:
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": f"http://testserver{current}"}
    return client.post(reverse("matching:suggest"), data, **headers).content.decode()


@pytest.mark.django_db
def test_chips_fill_the_form(client_for: Any, skills: None) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    html = ask(
        client, title="Onze lassers bijscholen: roestvrij staal lassen", language="fr", skills="esco:btw"
    )
    assert 'data-fill="id_skills" data-value="esco:inox" aria-pressed="false"' in html
    assert 'data-fill="id_skills" data-value="esco:btw" aria-pressed="true"' in html
    assert 'data-fill="id_direction" data-value="upskilling"' in html


def test_a_company_is_shown_its_own_look_alikes_only(client_for: Any, world: World) -> None:
    own = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    html = ask(own, title=world.gaps[0].title, description=world.gaps[0].description, language="nl")
    assert str(world.gaps[0].public_id) in html
    assert str(world.gaps[1].public_id) not in html
    editing = reverse("networks:gap_edit", args=[world.gaps[0].public_id])
    again = ask(own, editing, title=world.gaps[0].title, description=world.gaps[0].description)
    assert str(world.gaps[0].public_id) not in again
    stranger = client_for(Role.COMPANY_CONTACT)
    assert str(world.gaps[0].public_id) not in ask(stranger, title=world.gaps[0].title)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "ab", "🙂" * 40, "x" * 20_000, "kaynak yapmayı öğrenmek"])
def test_odd_texts_end_well(client_for: Any, skills: None, text: str) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    assert client.post(reverse("matching:suggest"), {"title": text}).status_code == 200


def test_similar_gaps_of_others_are_pools_of_enough_undertakings(client_for: Any, world: World) -> None:
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    url = reverse("matching:similar_gaps", args=[world.gaps[0].public_id])
    html = client.get(url).content.decode()
    assert world.pool.public_title in html
    assert "Staalbedrijf B" not in html
    assert world.gaps[1].description not in html
    world.companies[1].undertaking = world.companies[0]
    type(world.pool).objects.filter(pk=world.pool.pk).update(undertakings=2)
    assert "genoeg ondernemingen telt" in client.get(url).content.decode()
    assert client_for(Role.COMPANY_CONTACT).get(url).status_code == 404


def test_with_a_key_similar_pools_say_no_more_than_the_page(world: World) -> None:
    key = client_of(Role.COMPANY_CONTACT, organisation=world.companies[0])
    address = f"/api/v1/gaps/{world.gaps[0].public_id}/similar/"
    found = key.get(address)
    assert [set(pool) for pool in found.json()["pools"]] == [
        {"id", "title", "companies", "learners", "unmet"}
    ]
    assert found.json()["pools"][0]["title"] == world.pool.public_title
    assert found.json()["own"] == []
    text = found.content.decode()
    assert not [gap for gap in world.gaps[1:] if gap.description in text or str(gap.public_id) in text]
    type(world.pool).objects.filter(pk=world.pool.pk).update(undertakings=2)
    assert key.get(address).json()["pools"] == []
    assert client_of(Role.COMPANY_CONTACT).get(address).status_code == 404


def test_a_text_does_not_find_what_one_company_asks(world: World) -> None:
    """One company of the pool asks something else: the pool is near to who writes that only by that one gap."""
    said: Any = {
        "title": "Boekhouden",
        "description": "Onze bedienden kunnen nog geen btw-aangifte indienen.",
    }
    odd = make_gap(network=world.network, **said)
    guess = make_gap(network=None, **said)
    welding = make_gap(network=None, title=WELDING[0][0], description=WELDING[0][1])
    run = queue_run(scope=MatchRun.Scope.GAPS, owner_ids=[odd.pk, guess.pk, welding.pk], ring=False)
    run.batches.exclude(stage="embed").delete()
    work_run(run_id=run.pk)
    pool = world.pool
    PoolGap.objects.get_or_create(pool=pool, gap=odd)
    Pool.objects.filter(pk=pool.pk).update(undertakings=5)
    for gap, found in ((welding, [pool.pk]), (guess, [])):
        asker = actor_for_role(Role.COMPANY_CONTACT, organisation=gap.organisation)
        own, pools = similar_to(gap=gap, actor=asker)
        assert (own, [one.pk for one in pools]) == ([], found), gap.title


def test_who_asks_what_is_alike_again_and_again_waits(
    client_for: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar, "MOST_PER_HOUR", 2)
    key = client_of(Role.COMPANY_CONTACT, organisation=world.companies[0])
    address = f"/api/v1/gaps/{world.gaps[0].public_id}/similar/"
    assert [key.get(address).status_code for _ in range(3)] == [200, 200, 429]
    refused = key.get(address)
    assert refused["Content-Type"] == "application/problem+json"
    assert int(refused["Retry-After"]) > 3000
    assert "al vaak" in refused.json()["detail"]
    person = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    page = person.get(reverse("matching:similar_gaps", args=[world.gaps[0].public_id]), follow=True)
    assert "U vroeg dit het afgelopen uur al vaak" in page.content.decode()
    other = client_of(Role.COMPANY_CONTACT, organisation=world.companies[1])
    assert other.get(f"/api/v1/gaps/{world.gaps[1].public_id}/similar/").status_code == 200


def test_vectors_of_another_model_are_not_compared(client_for: Any, world: World) -> None:
    ModelRevision.objects.update(revision="een-ander-model@0")
    client = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    assert str(world.gaps[0].public_id) not in ask(client, title=world.gaps[0].title, language="nl")
