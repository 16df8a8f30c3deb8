"""The pages of the cockpit: who gets in, what they say, how many queries they take, and their files."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from cockpit.access import ACCESS
from cockpit.home import sections
from matching.models import DemandCard, Pool
from networks.models import Network, Organisation
from skillnet.kernel.actor import ANONYMOUS
from skillnet.kernel.roles import Role
from tests.factories import (
    actor_for_role,
    make_edition,
    make_gap,
    make_network,
    make_offer,
    make_organisation,
    make_provider,
)

pytestmark = pytest.mark.django_db
PAGES = sorted(ACCESS)
READERS = [Role.ANALYST, Role.COORDINATOR, Role.ADMINISTRATOR]
OTHERS = [Role.COMPANY_CONTACT, Role.PROVIDER, Role.NETWORK_MANAGER, Role.STEERING_MEMBER]


def add_gaps(network: Network, companies: int, *, region: str, **values: Any) -> list[Organisation]:
    organisations = [make_organisation() for _ in range(companies)]
    for organisation in organisations:
        make_gap(organisation=organisation, network=network, regions=[region], **({"learners": 5} | values))
    return organisations


def add_pool(network: Network, **values: Any) -> Pool:
    base = {"title": "Geheim van Staalbedrijf A", "public_title": "Lassen", "undertakings": 4, "companies": 4}
    return Pool.objects.create(network=network, **(base | {"learners": 12, "regions": ["BE234"]} | values))


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


@pytest.mark.parametrize("name", PAGES)
def test_who_looks_after_the_whole_gets_in_and_nobody_else(client_for: Any, name: str) -> None:
    for role in READERS:
        assert client_for(role).get(reverse(name)).status_code == 200
    for role in OTHERS:
        assert client_for(role).get(reverse(name)).status_code == 403
    assert client_for(Role.ANALYST).post(reverse(name)).status_code in (403, 405)
    assert client_for(None).get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", PAGES)
def test_pages_take_few_queries_however_many_rows(
    client_for: Any, django_assert_max_num_queries: Any, name: str
) -> None:
    network = make_network(sector="Metaal")
    add_gaps(network, 4, region="BE234", depth="short", direction="upskilling")
    for number in range(4):
        pool = add_pool(network, public_title=f"Thema {number}", is_unmet=True)
        DemandCard.objects.create(
            pool=pool, nearest_offer=make_offer(), expires_on=timezone.localdate() + timedelta(30)
        )
    client = client_for(Role.ANALYST)
    for query in ("", "?region=BE23&sector=Metaal", "?view=regions", "?print=1"):
        with django_assert_max_num_queries(12):
            assert client.get(reverse(name) + query).status_code == 200


def test_figures_of_fewer_than_k_undertakings_are_withheld_everywhere(client_for: Any) -> None:
    network = make_network(sector="Metaal")
    kind = {"depth": "short", "direction": "upskilling"}
    add_gaps(network, 2, region="BE234", learners=111, **kind)
    add_gaps(network, 3, region="BE211", learners=7, **kind)
    add_gaps(network, 5, region="BE255", learners=9, **kind)
    client = client_for(Role.ANALYST)
    page = text(client.get(reverse("cockpit:overview")))
    assert "222" not in page
    assert "288" in page  # 222 + 21 + 45, the total
    assert "45" in page
    assert "21<" not in page  # else 288 − 45 − 21 would tell the two companies
    assert "222" not in text(client.get(reverse("cockpit:overview"), {"region": "BE23"}))
    for table in ("regios", "kwadranten"):
        file = client.get(reverse("cockpit:overview"), {"export": "csv", "table": table})
        assert "222" not in b"".join(file.streaming_content).decode()


def test_the_organisations_of_one_group_are_one_undertaking(client_for: Any) -> None:
    network = make_network(sector="Metaal")
    first, *others = add_gaps(network, 3, region="BE234", learners=37)
    Organisation.objects.filter(pk__in=[o.pk for o in others]).update(undertaking=first)
    assert "111" not in text(client_for(Role.ANALYST).get(reverse("cockpit:overview")))


def test_unmet_pools_show_why_and_never_a_company(client_for: Any) -> None:
    network = make_network(sector="Metaal")
    pool = add_pool(network, is_unmet=True, unmet_reason={"reason": "seats"}, priority=0.8)
    offer = make_offer(title="Lassen in Gent")
    DemandCard.objects.create(pool=pool, nearest_offer=offer, expires_on=timezone.localdate())
    add_pool(network, public_title="Te klein", undertakings=2, is_unmet=True)
    add_pool(network, public_title="Gesloten", is_unmet=False)
    page = text(client_for(Role.ANALYST).get(reverse("cockpit:unmet")))
    assert "te weinig vrije plaatsen" in page
    assert "Lassen in Gent" in page
    assert "Geheim" not in page
    assert "Te klein" not in page
    assert "Gesloten" not in page
    assert "1 bundel van te weinig ondernemingen" in page


def test_a_pool_without_a_neutral_title_is_called_by_its_sector(client_for: Any) -> None:
    add_pool(make_network(sector="Metaal"), public_title="", is_unmet=True)
    page = text(client_for(Role.ANALYST).get(reverse("cockpit:unmet")))
    assert "Gebundelde vraag, metaal" in page
    assert "Geheim" not in page


def test_filters_narrow_and_an_unknown_value_is_ignored(client_for: Any) -> None:
    add_pool(make_network(sector="Metaal"), public_title="Lassen", is_unmet=True)
    add_pool(make_network(sector="Voeding"), public_title="Snijden", is_unmet=True, regions=["BE211"])
    client = client_for(Role.ANALYST)
    url = reverse("cockpit:unmet")
    assert "Snijden" not in text(client.get(url, {"sector": "Metaal"}))
    assert "Lassen" not in text(client.get(url, {"region": "BE21"}))
    assert "Lassen" in text(client.get(url, {"region": "XX; drop", "year": "niets"}))


def test_a_table_is_a_file_with_escaped_formulas(client_for: Any) -> None:
    add_pool(make_network(sector="Metaal"), public_title="=1+1", is_unmet=True)
    client = client_for(Role.ANALYST)
    file = client.get(reverse("cockpit:unmet"), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(file.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Gebundelde vraag"
    assert rows[1][0] != "=1+1"
    csv = b"".join(client.get(reverse("cockpit:budget"), {"export": "csv"}).streaming_content).decode()
    assert "616" in csv


def test_the_budget_register_adds_up_to_what_was_published(client_for: Any) -> None:
    page = text(client_for(Role.ANALYST).get(reverse("cockpit:budget")))
    assert "1.332,6 miljoen" in page
    assert "92,6 miljoen" in page
    assert "6,9 %" in page


def test_overlap_finds_the_same_subsidised_course_twice(client_for: Any) -> None:
    from matching.models import MatchRun
    from matching.services.runs import queue_run, work_run

    day = timezone.localdate() + timedelta(20)
    skills = ["http://data.europa.eu/esco/skill/x"]
    offers = [
        make_offer(
            provider=make_provider(kind="public"), title=f"Lassen {n}", isced_f="0715", skills=skills,
            supply_subsidy_pct=Decimal(60), price=Decimal(40), regions=["BE234"],
        )
        for n in range(2)
    ]  # fmt: skip
    for offer in offers:
        make_edition(offer=offer, starts_on=day, seats=10, enrolled=2, region="BE234")
    work_run(run_id=queue_run(scope=MatchRun.Scope.ALL, ring=False).pk)
    client = client_for(Role.ANALYST)
    page = text(client.get(reverse("cockpit:overlap")))
    assert "Lassen 0" in page
    assert "1 editie van de 2 overbodig: € 600 publiek geld" in page
    offers[1].supply_subsidy_pct = None
    offers[1].save()
    assert "Geen overlap gevonden" in text(client.get(reverse("cockpit:overlap")))


def test_only_analysts_have_sections_of_the_cockpit_on_their_home_page() -> None:
    assert sections(ANONYMOUS) == []
    assert sections(actor_for_role(Role.PROVIDER)) == []
    add_pool(make_network(sector="Metaal"), is_unmet=True, unmet_reason={"reason": "fit"})
    found = sections(actor_for_role(Role.ANALYST))
    assert [todo.label for todo in found[0].todos] == ["Lassen"]
