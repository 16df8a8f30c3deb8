"""A plant manager registers a gap from a few sentences, fills a grid from a spreadsheet, and comes back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from networks.models import Gap, UnsentGap
from skillnet.kernel.roles import Role
from tests.browser.conftest import PATIENCE
from tests.browser.watching import Watched
from tests.factories import make_gap, make_network, make_organisation

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
TEXT = (
    "Onze operatoren moeten storingen in een PLC-sturing zelf oplossen. Een korte bijscholing van twee dagen "
    "volstaat; nu wachten we telkens op de technieker."
)
CELLS = "TIG-lassen van inox\t4\thoog\nPlooien op de nieuwe pers\t2\tlaag\n"
PASTE = """(cell, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
expect.set_options(timeout=PATIENCE)


def test_from_a_few_sentences_to_gaps_that_are_matched(
    client_for: Any, open_page: Callable[..., Watched]
) -> None:
    company = make_organisation(name="Lasbedrijf De Vonk", region="BE234")
    client = client_for(Role.COMPANY_CONTACT, organisation=company)
    earlier = make_gap(
        organisation=company, network=make_network(), title="Heftruck besturen", learners=8, state="closed"
    )
    watched = open_page(session=client.cookies[settings.SESSION_COOKIE_NAME].value)
    page = watched.page
    page.goto("/")
    _leave_and_come_back(page)
    _take_what_the_text_says(page)
    gap = Gap.objects.get(organisation=company, state="open")
    assert (gap.learners, gap.urgency, gap.depth, gap.eqf_level) == (6, "high", "deep", 4)
    assert (gap.transition, gap.target_groups, gap.language) == ("digital", ["workers"], "nl")
    assert gap.title == "Onze operatoren moeten storingen in een PLC-sturing zelf oplossen"

    _paste_into_the_grid(page)
    pasted = Gap.objects.filter(
        organisation=company, title__in=["TIG-lassen van inox", "Plooien op de nieuwe pers"]
    )
    assert {(one.learners, one.urgency) for one in pasted} == {(4, "high"), (2, "low")}

    _take_over_an_earlier_one(page)
    copy = Gap.objects.get(organisation=company, copied_from=earlier)
    assert (copy.state, copy.learners) == ("open", 5)
    assert watched.take_problems() == []


def _leave_and_come_back(page: Page) -> None:
    """What was typed is kept on the server; another visit finds it again."""
    page.get_by_role("link", name="Competentiekloven", exact=True).first.click()
    page.get_by_role("link", name="Kloof registreren").first.click()
    page.get_by_label("Wat moeten uw mensen kunnen, en kunnen ze nu nog niet?").press_sequentially(TEXT[:40])
    expect(page.get_by_text("Uw tekst is bewaard")).to_be_visible()
    assert UnsentGap.objects.get().values["description"] == [TEXT[:40]]
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/kloven/nieuw/")
    expect(page.get_by_label("Wat moeten uw mensen kunnen, en kunnen ze nu nog niet?")).to_have_value(
        TEXT[:40]
    )


def _take_what_the_text_says(page: Page) -> None:
    """One suggestion is dropped, one field was chosen by hand and stays; the rest is taken in one click."""
    page.get_by_label("Wat moeten uw mensen kunnen, en kunnen ze nu nog niet?").fill(TEXT)
    page.get_by_text("Meer weten we liever ook").click()
    page.get_by_label("Diepgang").select_option("deep")
    level = page.get_by_role("button", name="niveau 4")
    expect(level).to_be_visible()
    # What the first words said stands there already; the rest of the text is read a moment later.
    expect(page.get_by_role("button", name="bijscholing voor de huidige functie")).to_be_visible()
    expect(page.get_by_role("button", name="beknopt")).to_have_count(0)
    page.get_by_role("button", name="Alles overnemen").click()
    expect(page.get_by_role("button", name="bijscholing voor de huidige functie")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="bijscholing voor de huidige functie").click()
    expect(page.get_by_label("Richting")).to_have_value("")
    expect(page.get_by_label("Diepgang")).to_have_value("deep")
    page.get_by_label("Hoeveel mensen?").fill("6")
    page.get_by_label("Hoe dringend?").select_option("high")
    page.get_by_label("Hoeveel mensen?").press("Enter")
    expect(page.get_by_text("Bewaard. De matcher zoekt nu")).to_be_visible()
    expect(page.get_by_role("heading", name="Wie dit ziet")).to_be_visible()


def _paste_into_the_grid(page: Page) -> None:
    page.goto("/kloven/veel/")
    page.locator("input[name=row-1-title]").evaluate(PASTE, CELLS)
    expect(page.locator("input[name=row-2-title]")).to_have_value("Plooien op de nieuwe pers")
    expect(page.locator("select[name=row-1-urgency]")).to_have_value("high")
    page.get_by_role("button", name="Alles bewaren").click()
    expect(page.get_by_text("2 kloven bewaard")).to_be_visible()


def _take_over_an_earlier_one(page: Page) -> None:
    page.get_by_role("link", name="Van vroeger overnemen").click()
    page.get_by_role("checkbox", name="Overnemen: Heftruck besturen").check()
    page.get_by_role("spinbutton", name="Deelnemers: Heftruck besturen").fill("5")
    page.get_by_role("button", name="Overnemen als ontwerp").click()
    expect(page.get_by_text("1 kloof overgenomen als ontwerp")).to_be_visible()
    page.get_by_role("button", name="1 ontwerp registreren").click()
    page.get_by_role("button", name="Ja, ga door").or_(page.locator("[data-confirm-yes]")).first.click()
    expect(page.get_by_text("1 kloof geregistreerd")).to_be_visible()
