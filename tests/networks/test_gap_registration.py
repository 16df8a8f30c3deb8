"""Registering a gap: free text, suggestions to take one by one, nothing typed is lost or overwritten."""

from typing import Any

import pytest
from django.urls import reverse

from matching.models import Occupation, Skill
from networks.models import Gap, UnsentGap
from skillnet.kernel.roles import Role
from tests.factories import make_gap, make_organisation

pytestmark = pytest.mark.django_db
TEXT = (
    "Onze operatoren moeten storingen in een PLC-sturing zelf oplossen. Een korte bijscholing van twee dagen "
    "volstaat; nu wachten we op de technieker."
)


@pytest.fixture
def client(client_for: Any) -> Any:
    organisation = make_organisation(name="Lasbedrijf De Vonk", region="BE234", language="nl")
    return client_for(Role.COMPANY_CONTACT, organisation=organisation)


def send(client: Any, **data: Any) -> Any:
    return client.post(reverse("networks:gap_new"), data)


def own(client: Any) -> Any:
    return Gap.objects.filter(organisation=client.actor.organisation_id)


def test_one_sentence_is_enough(client: Any) -> None:
    response = send(client, description="Nos soudeurs doivent apprendre le TIG. C'est urgent.")
    gap = own(client).get()
    assert response["Location"] == reverse("networks:gap_detail", args=[gap.public_id])
    assert gap.title == "Nos soudeurs doivent apprendre le TIG"
    assert (gap.language, gap.state, gap.kind) == ("fr", "open", "ordinary")


def test_nothing_written_says_what_to_do_and_keeps_the_rest(client: Any) -> None:
    page = send(client, description=" ", learners="7").content.decode()
    assert "Schrijf in één zin wat uw mensen moeten kunnen" in page
    assert 'name="learners" value="7"' in page
    assert not own(client).exists()


def test_suggestions_without_script(client: Any) -> None:
    page = send(client, description=TEXT, suggest="1").content.decode()
    assert 'value="depth=short"' in page
    assert 'value="direction=upskilling"' in page
    assert 'value="eqf_level=4"' in page
    assert 'value="transition=digital"' in page
    assert 'value="target_groups=workers"' in page
    assert "<mark>PLC</mark>" in page
    assert "U schrijft “PLC”." in page
    assert not own(client).exists()


def test_one_suggestion_is_taken_and_taken_back(client: Any) -> None:
    page = send(client, description=TEXT, take="depth=short").content.decode()
    assert '<option value="short" selected>' in page
    page = send(client, description=TEXT, depth="short", take="depth=short").content.decode()
    assert '<option value="short" selected>' not in page


def test_all_suggestions_overwrite_nothing_that_was_chosen(client: Any) -> None:
    page = send(client, description=TEXT, depth="deep", eqf_level="6", take="*").content.decode()
    assert '<option value="deep" selected>' in page
    assert 'name="eqf_level" value="6"' in page
    assert '<option value="digital" selected>' in page
    assert '<option value="upskilling" selected>' in page
    assert 'value="workers" id="id_target_groups_6" checked' in page or 'value="workers"' in page
    assert page.count("checked") >= 1


def test_an_occupation_is_named_by_the_text_and_by_its_skills(client: Any) -> None:
    Occupation.objects.create(
        uri="esco:lasser", labels={"nl": "lasser", "fr": "soudeur"}, essential=["esco:tig", "esco:inox"]
    )
    for uri, label in [("esco:tig", "TIG-lassen uitvoeren"), ("esco:inox", "roestvrij staal lassen")]:
        Skill.objects.create(uri=uri, labels={"nl": label})
    named = send(
        client, description="Wij hebben lassers nodig die ook plooien.", suggest="1"
    ).content.decode()
    assert 'value="occupation=lasser"' in named
    assert "U noemt “lassers”." in named
    text = "TIG-lassen uitvoeren en roestvrij staal lassen."
    assert 'value="occupation=lasser"' in send(client, description=text, suggest="1").content.decode()


def test_what_was_typed_waits_for_the_next_session(client: Any, client_for: Any) -> None:
    kept = client.post(reverse("networks:gap_keep"), {"description": "Halve gedachte", "learners": "3"})
    assert "is bewaard" in kept.content.decode()
    again = client.get(reverse("networks:gap_new")).content.decode()
    assert "Halve gedachte" in again
    assert 'name="learners" value="3"' in again
    stranger = client_for(Role.COMPANY_CONTACT)
    assert "Halve gedachte" not in stranger.get(reverse("networks:gap_new")).content.decode()
    send(client, description="Hele gedachte.")
    assert not UnsentGap.objects.exists()


def test_an_unsent_text_can_be_thrown_away_or_left_for_later(client: Any) -> None:
    send(client, description="Voor later", later="1")
    assert UnsentGap.objects.get().values["description"] == ["Voor later"]
    send(client, discard="1")
    assert not UnsentGap.objects.exists()
    assert client.post(reverse("networks:gap_keep"), {"learners": "3"}).content.decode().strip() == ""


def test_that_is_the_same_goes_on_with_the_gap_there_is(client: Any) -> None:
    gap = make_gap(organisation=client.actor and own_company(client), title="TIG-lassen", description="Oud.")
    page = send(client, description="Ook inox.", same=str(gap.public_id)).content.decode()
    assert "Oud.\n\nOok inox." in page.replace("\r", "")
    assert f'action="{reverse("networks:gap_edit", args=[gap.public_id])}"' in page
    foreign = make_gap(title="Van een ander")
    assert send(client, description="x", same=str(foreign.public_id)).status_code == 404
    assert send(client, description="x", same="geen-id").status_code == 302


def own_company(client: Any) -> Any:
    from networks.models import Organisation

    return Organisation.objects.get(pk=client.actor.organisation_id)


def test_everything_that_can_be_said_is_saved(client: Any) -> None:
    send(
        client,
        description="We werven zes lassers aan en leiden ze op.",
        kind="hire_and_train",
        hire_scheme="ibo",
        occupation="lasser",
        planned_start="2027-02-01",
        impact="4",
        urgency="high",
        learners="6",
        transition="green",
        target_groups=["jobseekers", "newcomers"],
    )
    gap = own(client).get()
    assert (gap.kind, gap.hire_scheme, gap.occupation) == ("hire_and_train", "ibo", "lasser")
    assert (gap.impact, gap.transition, gap.target_groups) == (4, "green", ["jobseekers", "newcomers"])
    assert str(gap.planned_start) == "2027-02-01"
    page = client.get(reverse("networks:gap_detail", args=[gap.public_id])).content.decode()
    assert "aanwerven en opleiden" in page
    assert "werkzoekenden, nieuwkomers en anderstaligen" in page
    edit = reverse("networks:gap_edit", args=[gap.public_id])
    client.post(
        edit, {"description": gap.description, "title": gap.title, "kind": "ordinary", "hire_scheme": "ibo"}
    )
    gap.refresh_from_db()
    assert (gap.kind, gap.hire_scheme) == ("ordinary", "")


@pytest.mark.parametrize("bad", [{"impact": "9"}, {"target_groups": "koningen"}, {"kind": "x"}])
def test_values_outside_their_lists_are_refused(client: Any, bad: dict[str, str]) -> None:
    assert send(client, description="Lassen.", **bad).status_code == 200
    assert not own(client).exists()


def test_an_ended_session_leads_back_to_the_form(client_for: Any) -> None:
    response = client_for(None).post(
        reverse("networks:gap_keep"),
        {"description": "x"},
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver" + reverse("networks:gap_new")},
    )
    assert response["HX-Redirect"].endswith(f"next={reverse('networks:gap_new')}")


def test_the_list_filters_by_what_is_new(client: Any) -> None:
    company = own_company(client)
    make_gap(organisation=company, title="Groen", transition="green", impact=3, target_groups=["workers"])
    make_gap(organisation=company, title="Grijs")
    url = reverse("networks:gaps")
    for query in ("?transition=green", "?impact=3", "?target_group=workers"):
        page = client.get(url + query).content.decode()
        assert ("Groen" in page, "Grijs" in page) == (True, False), query
    for query in ("?transition=unknown", "?impact=unknown", "?urgency=unknown&q=Grijs"):
        page = client.get(url + query).content.decode()
        assert "Grijs" in page, query


def test_changing_a_gap_keeps_its_skills_and_says_what_it_is(client: Any) -> None:
    gap = make_gap(organisation=own_company(client), title="TIG-lassen", skills=["esco:tig", "esco:inox"])
    url = reverse("networks:gap_edit", args=[gap.public_id])
    page = client.get(url).content.decode()
    assert 'name="skills" value="esco:tig esco:inox"' in page
    client.post(url, {"title": "TIG-lassen", "description": "Nu ook inox.", "skills": "esco:tig esco:inox"})
    gap.refresh_from_db()
    assert (gap.description, gap.skills) == ("Nu ook inox.", ["esco:tig", "esco:inox"])


def test_taken_suggestions_stay_shown(client: Any) -> None:
    page = send(
        client, description=TEXT, title="Onze operatoren moeten storingen in een PLC-sturing zelf oplossen",
        language="nl", suggest="1",
    ).content.decode()  # fmt: skip
    assert page.count('aria-pressed="true"') == 2
    assert page.count("<mark>Onze operatoren moeten</mark> storingen") == 1
    assert "U schrijft “Onze operatoren moeten”." in page, "of what stands in one another only the longest"
