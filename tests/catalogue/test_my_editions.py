"""A provider finds all its dated runs in one list, and nobody else's."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from skillnet.kernel.roles import Role
from tests.factories import make_edition, make_offer, make_provider

pytestmark = pytest.mark.django_db


def test_own_editions_are_found_and_exported_and_those_of_others_are_not(client_for: Any) -> None:
    provider = make_provider()
    own = client_for(Role.PROVIDER, organisation=provider.organisation)
    url = reverse("catalogue:my_editions")
    assert "Nog geen editie" in own.get(url).content.decode()
    day = timezone.localdate() + timedelta(days=30)
    make_edition(offer=make_offer(provider=provider, title="Lassen"), starts_on=day, location="Hasselt")
    make_edition(offer=make_offer(provider=provider, title="Frezen"), starts_on=None)
    make_edition(offer=make_offer(title="Van een ander"), starts_on=day)

    def titles(**query: str) -> set[str]:
        return {row.name for row in own.get(url, query).context["rows"]}

    assert titles() == {"Lassen", "Frezen"}
    assert titles(q="hasselt") == {"Lassen"}
    assert url in own.get(reverse("catalogue:my_offers")).content.decode()
    export = own.get(url, {"export": "csv"})
    text = b"".join(export.streaming_content if export.streaming else [export.content]).decode("utf-8-sig")
    assert "Lassen" in text
    assert "Van een ander" not in text
