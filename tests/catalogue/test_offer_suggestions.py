"""The text of an offer becomes skills and kinds that its provider takes or leaves; the page of the offer shows them."""

from typing import Any

import pytest
from django.urls import reverse

from catalogue.models import Offer
from matching.models import Skill
from skillnet.kernel.roles import Role
from tests.factories import make_offer, make_provider

pytestmark = pytest.mark.django_db
TEXT = "In twee dagen leren bedienden storingen in een PLC-sturing zoeken. Niveau 4."


@pytest.fixture
def own(client_for: Any) -> Any:
    provider = make_provider()
    return client_for(Role.PROVIDER, organisation=provider.organisation)


def test_the_fragment_says_what_the_text_says_and_no_gaps_of_others(own: Any) -> None:
    page = own.post(
        reverse("catalogue:offer_suggest"), {"description": TEXT, "title": "PLC"}
    ).content.decode()
    assert 'value="transition=digital"' in page
    assert 'value="depth=short"' in page
    assert 'value="title=' not in page
    assert "U hebt al een kloof" not in page


def test_what_is_taken_without_script_stands_on_the_form_and_nothing_is_saved(own: Any) -> None:
    data = {"title": "PLC", "description": TEXT, "language": "nl", "take": "transition=digital"}
    page = own.post(reverse("catalogue:offer_new"), data).content.decode()
    assert '<option value="digital" selected>' in page
    assert TEXT in page
    assert not Offer.objects.exists()


def test_skills_and_whom_it_is_for_are_kept_and_shown(own: Any) -> None:
    Skill.objects.create(uri="esco:plc", labels={"nl": "PLC programmeren"})
    data = {"title": "Frans op de vloer", "language": "nl", "skills": "esco:plc esco:plc", "is_stem": "true",
            "target_groups": ["workers"], "transition": "digital", "cefr_level": "B1",
            "price_basis": "participant", "kmo_theme": "profession",
            "assessment": "gesprek met een anderstalige"}  # fmt: skip
    own.post(reverse("catalogue:offer_new"), data)
    offer = Offer.objects.get()
    assert offer.skills == ["esco:plc"]
    assert (offer.target_groups, offer.transition, offer.is_stem, offer.cefr_level) == (
        ["workers"],
        "digital",
        True,
        "B1",
    )
    page = own.get(reverse("catalogue:offer_detail", args=[offer.public_id])).content.decode()
    for words in (
        "PLC programmeren",
        "Taalniveau (ERK)",
        "B1",
        "STEM-opleiding",
        "beroepsspecifieke",
        "anderstalige",
    ):
        assert words in page
    form = own.get(reverse("catalogue:offer_edit", args=[offer.public_id])).content.decode()
    assert 'name="skills" value="esco:plc"' in form
    own.post(reverse("catalogue:offer_copy", args=[offer.public_id]))
    assert Offer.objects.exclude(pk=offer.pk).get().cefr_level == "B1"


def test_only_providers_have_their_texts_read(client_for: Any) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    assert client.post(reverse("catalogue:offer_suggest"), {"description": TEXT}).status_code == 403


def test_an_offer_that_says_nothing_shows_nothing_more(own: Any) -> None:
    offer = make_offer(provider=make_provider())
    page = own.get(reverse("catalogue:offer_detail", args=[offer.public_id])).content.decode()
    assert "Taalniveau" not in page
