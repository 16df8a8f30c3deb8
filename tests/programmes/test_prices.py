"""Prices are shown to be market prices before aid is asked: bids and list prices by themselves, quotes by people."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import Edition, Offer
from matching.models import Bid
from networks.services.undertakings import refresh_undertakings
from programmes.aid.market_price import SHOWN, Proof, Verdict, judge_price
from programmes.models import PriceEvidence, ProgrammeEdition
from programmes.services.prices import market_prices, price_reasons
from programmes.services.steps import take_step
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.api.keys import client_of
from tests.factories import make_edition, make_membership, make_provider
from tests.programmes.world import REASON, World, build_world

PDF = b"%PDF-1.4\n%%EOF\n"
amounts = st.integers(100, 500_000).map(lambda cents: Decimal(cents) / 100)


class TestRule:
    """The pure rule; no database."""

    @given(paid=amounts, others=st.lists(amounts, max_size=4), least=st.integers(1, 4))
    def test_more_proof_never_hurts_and_paying_less_neither(
        self, paid: Decimal, others: list[Decimal], least: int
    ) -> None:
        proofs = [Proof("quote", f"s{n}", amount, n == 0) for n, amount in enumerate(others)]
        before = judge_price(paid, proofs, least=lambda: least, is_linked=False)
        more = [*proofs, Proof("quote", "nog een", Decimal(10))]
        if before in SHOWN:
            assert judge_price(paid, more, least=lambda: least, is_linked=False) in SHOWN
            assert judge_price(paid / 2, proofs, least=lambda: least, is_linked=False) in SHOWN

    @pytest.mark.parametrize(
        ("proofs", "linked", "verdict"),
        [
            ([], False, Verdict.NOTHING),
            ([], True, Verdict.LINKED),
            ([Proof("list_price", "A", Decimal(100), True)], False, Verdict.LIST_PRICE),
            ([Proof("list_price", "A", Decimal("99.99"), True)], False, Verdict.PAID_MORE),
            ([Proof("list_price", "A", Decimal(100), True)], True, Verdict.LINKED),
            ([Proof("quote", "A", Decimal(100), True)], False, Verdict.TOO_FEW),
            (
                [Proof("quote", "A", Decimal(100), True), Proof("quote", "a ", Decimal(90))],
                False,
                Verdict.TOO_FEW,
            ),
            ([Proof("quote", "A", Decimal(100)), Proof("bid", "B", Decimal(90))], False, Verdict.NONE_CHOSEN),
            (
                [Proof("quote", "A", Decimal(99), True), Proof("bid", "B", Decimal(90))],
                False,
                Verdict.PAID_MORE,
            ),
            ([Proof("quote", "A", Decimal(100), True), Proof("bid", "B", Decimal(90))], True, Verdict.QUOTES),
        ],
    )
    def test_verdicts(self, proofs: list[Proof], linked: bool, verdict: Verdict) -> None:
        assert judge_price(Decimal(100), proofs, least=lambda: 2, is_linked=linked) == verdict


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.mark.django_db
def test_a_published_price_is_taken_over_and_frozen(world: World) -> None:
    programme = world.programme("submit")
    (row,) = PriceEvidence.objects.all()
    assert (row.kind, row.amount, row.is_automatic) == ("list_price", Decimal("1000.00"), True)
    decision = decisions_on(programme).filter(action="submit").get()
    assert decision.evidence["prices"][0]["verdict"] == "list_price"
    # The list may change afterwards; what was shown stays.
    Offer.objects.filter(pk=world.offer.pk).update(state="archived", price=None)
    Edition.objects.filter(pk=world.edition.pk).update(price=1000)
    programme.refresh_from_db()
    assert market_prices(programme)[0].is_shown
    Edition.objects.filter(pk=world.edition.pk).update(price=1200)
    assert "betaalt het programma meer" in price_reasons(programme)[0]


@pytest.mark.django_db
def test_quotes_with_their_file_on_the_web(client_for: Any, world: World) -> None:
    """A price of its own: nothing shows it until two quotes lie there, the chosen one with its reason."""
    Edition.objects.filter(pk=world.edition.pk).update(price=1500)
    world.edition.refresh_from_db()
    programme = world.programme()
    with pytest.raises(TransitionRefused, match="nog niet aangetoond"):
        take_step(programme_id=programme.pk, action="submit", actor=world.manager)
    client = client_for(None)
    client.force_login(world.manager.user)
    page = reverse("programmes:prices", args=[programme.public_id])
    assert (
        page
        in client.get(reverse("programmes:programme_detail", args=[programme.public_id])).content.decode()
    )
    quote = {"edition": str(world.edition.public_id), "kind": "quote", "amount": "1500", "source": "OFF-1"}
    bad = client.post(page, quote | {"supplier": "Leerhuis De Vonk", "is_chosen": "on"})
    assert bad.status_code == 409
    assert "Zeg waarom voor deze prijs gekozen is." in bad.content.decode()
    chosen = quote | {
        "supplier": "Leerhuis De Vonk",
        "is_chosen": "on",
        "why": "De enige die op de werkvloer komt.",
        "upload": SimpleUploadedFile("offerte.pdf", PDF, "application/pdf"),
    }
    assert client.post(page, chosen).status_code == 302
    exe = SimpleUploadedFile("offerte.pdf", b"MZ\x00\x00", "application/pdf")
    assert client.post(page, quote | {"supplier": "Anker", "upload": exe}).status_code == 409
    assert "minstens 2 verstrekkers" in client.get(page).content.decode()
    assert client.post(page, quote | {"supplier": "Anker", "amount": "1700"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "offerte.pdf" in shown
    assert "De enige die op de werkvloer komt." in shown
    rival = PriceEvidence.objects.get(supplier="Anker")
    assert client.post(page, {"retract": rival.public_id, "why": "Andere opleiding."}).status_code == 302
    assert price_reasons(programme)
    # The second quote comes from the manager's own software.
    key = client_of(Role.NETWORK_MANAGER, network=world.network)
    told = {"kind": "quote", "supplier": "Ankerplaats", "amount": "1700.00", "source": "OFF-2"}
    address = f"/api/v1/programmes/{programme.public_id}/prices/"
    said = key.post(address, told | {"edition": str(world.edition.public_id)}, format="json")
    assert said.json()[0]["is_shown"] is True
    assert client_of(Role.COMPANY_CONTACT, organisation=world.companies[0]).get(address).status_code == 404
    programme = world.move(programme, "submit", "approve")
    assert client.post(page, {"retract": rival.public_id, "why": "Toch niet."}).status_code in (302, 409)
    company = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    assert company.get(page).status_code == 403
    make_membership(
        user=company.actor.user, organisation=world.companies[0], role=Role.NETWORK_MANAGER
    )  # of another network: then the page itself looks
    assert company.get(page).status_code == 404
    detail = reverse("programmes:programme_detail", args=[programme.public_id])
    assert "De enige die op de werkvloer komt." in client.get(detail).content.decode()
    provider = client_for(Role.PROVIDER, organisation=world.offer.provider.organisation)
    for outsider in (company, provider):
        assert "De enige die op de werkvloer komt." not in outsider.get(detail).content.decode()
    office = client_for(None)
    office.force_login(world.coordinator.user)
    assert office.post(page, quote).status_code == 404
    dossier = office.get(
        reverse("programmes:programme_print", args=[programme.public_id]), {"format": "json"}
    )
    (price,) = dossier.json()["prices"]
    assert [p["supplier"] for p in price["proofs"]] == ["Leerhuis De Vonk", "Ankerplaats"]
    assert price["proofs"][0]["sha256"]


@pytest.mark.django_db
def test_compared_bids_are_reused(world: World) -> None:
    Edition.objects.filter(pk=world.edition.pk).update(price=1500, price_basis="edition")
    world.edition.refresh_from_db()
    now = timezone.now()
    common: dict[str, Any] = {
        "pool": world.pool,
        "kind": Bid.Kind.EDITION,
        "edition": world.edition,
        "offer": world.offer,
        "title": "PLC",
        "price_basis": "edition",
        "seats": 12,
        "starts_on": world.edition.starts_on,
        "valid_until": timezone.localdate() + timedelta(days=60),
        "submitted_at": now,
        "decided_at": now,
        "decision_reason": "Komt het dichtst bij de vraag.",
    }
    Bid.objects.create(**common, provider=world.offer.provider, price=1500, state=Bid.State.CHOSEN)
    Bid.objects.create(**common, provider=make_provider(), price=2400, state=Bid.State.NOT_CHOSEN)
    programme = world.programme("submit")
    (price,) = market_prices(programme)
    assert price.verdict == Verdict.QUOTES
    assert {(p.kind, p.amount) for p in price.proofs} == {
        ("bid", Decimal("166.67")),  # nine learners share 1500
        ("bid", Decimal("200.00")),
    }


@pytest.mark.django_db
def test_the_price_list_of_a_participants_own_academy_proves_nothing(world: World) -> None:
    programme = world.programme()
    seller = world.offer.provider.organisation
    world.companies[0].owned_by.create(owner=seller, owned=world.companies[0], percent=Decimal(100))
    refresh_undertakings()
    programme.refresh_from_db()
    assert "hoort bij een bedrijf dat deelneemt" in price_reasons(programme)[0]
    with pytest.raises(TransitionRefused, match="prijslijst"):
        take_step(programme_id=programme.pk, action="submit", actor=world.manager, reason=REASON)


@pytest.mark.django_db
def test_one_quote_holds_for_all_editions_of_an_offer(client_for: Any, world: World) -> None:
    first = world.edition.starts_on
    assert first
    later = make_edition(offer=world.offer, starts_on=first + timedelta(days=30), seats=9)
    programme = world.programme()
    ProgrammeEdition.objects.create(programme=programme, edition=later, seats=2)
    client = client_for(None)
    client.force_login(world.manager.user)
    page = reverse("programmes:prices", args=[programme.public_id])
    whole = f"offer:{world.offer.public_id}"
    assert f'<option value="{whole}"' in client.get(page).content.decode()
    quote = {"edition": whole, "kind": "quote", "amount": "900", "supplier": "Anker", "source": "OFF-1"}
    pdf = SimpleUploadedFile("offerte.pdf", PDF, "application/pdf")
    assert client.post(page, quote | {"upload": pdf}).status_code == 302
    kept = PriceEvidence.objects.filter(supplier="Anker")
    assert {row.edition_id for row in kept} == {world.edition.pk, later.pk}
    assert len({row.file_id for row in kept}) == 1, "its file is kept once"
    again = client.post(page, quote | {"amount": "950"})
    assert again.status_code == 409
    assert "trek het eerst in" in again.content.decode()
    bought = {"is_chosen": "on", "why": "De laagste."}
    assert client.post(page, quote | bought | {"supplier": "Leerhuis"}).status_code == 302
    second = client.post(page, quote | bought | {"supplier": "Baken"})
    assert "Er is al een gekozen prijs" in second.content.decode()
    assert PriceEvidence.objects.count() == 4, "all or none"
