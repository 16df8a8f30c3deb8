"""A coordinator picks the skills of a contingent from what the words of its profile name."""

from typing import Any

import pytest
from django.urls import reverse

from matching.models import Occupation, Skill
from programmes.models import Contingent
from skillnet.kernel.roles import Role

pytestmark = pytest.mark.django_db
WELD = "http://data.europa.eu/esco/skill/weld"
READ = "http://data.europa.eu/esco/skill/read"


@pytest.fixture
def taxonomy() -> None:
    Skill.objects.create(uri=WELD, labels={"nl": "TIG-lassen", "fr": "soudage TIG", "en": "TIG welding"})
    Skill.objects.create(
        uri=READ, labels={"nl": "lasplannen lezen", "fr": "lire des plans", "en": "read plans"}
    )
    Occupation.objects.create(
        uri="http://data.europa.eu/esco/occupation/welder", labels={"nl": "lasser"}, essential=[READ, WELD]
    )


def typed(**values: Any) -> dict[str, Any]:
    return {"title": "Lassers", "profile": "", "needed": 40, "due_on": "2028-06-30", "source": ""} | values


@pytest.mark.usefixtures("taxonomy")
def test_the_occupation_that_the_title_names_brings_its_skills_by_name(client_for: Any) -> None:
    client = client_for(Role.COORDINATOR)
    page = client.post(reverse("programmes:contingent_suggest"), typed()).content.decode()
    assert "TIG-lassen" in page
    assert "lasplannen lezen" in page
    assert "Hoort bij het beroep “lasser”." in page


@pytest.mark.usefixtures("taxonomy")
def test_picking_works_without_script_and_the_list_names_what_was_picked(client_for: Any) -> None:
    client = client_for(Role.COORDINATOR)
    new = reverse("programmes:contingent_new")
    taken = client.post(new, typed(take=f"skills={WELD}"))
    assert taken.context["form"].initial["skills"] == WELD
    assert taken.context["form"].initial["title"] == "Lassers"
    assert not Contingent.objects.exists()
    assert client.post(new, typed(skills=WELD)).status_code == 302
    assert Contingent.objects.get().skills == [WELD]
    page = client.get(reverse("programmes:contingents")).content.decode()
    assert "TIG-lassen" in page
    assert WELD not in page


def test_nothing_picked_is_said_in_words(client_for: Any) -> None:
    page = client_for(Role.COORDINATOR).post(reverse("programmes:contingent_new"), typed())
    assert "Kies minstens één vaardigheid" in page.content.decode()
    assert not Contingent.objects.exists()
