"""A file that names somebody else comes on the own account, and says so before anything goes in."""

from typing import Any

import pytest
from django.urls import reverse

from networks.models import Gap
from skillnet.imports.columns import columns_explained
from skillnet.imports.kinds import KINDS
from skillnet.imports.services import work_import
from skillnet.kernel.roles import Role
from tests.factories import make_organisation
from tests.site.test_imports import _own_files, compared, sent, url

pytestmark = pytest.mark.django_db
own_files = _own_files
HEAD = "external_id,title,language,provider,enterprise_number\n"
NOTE = "noemt een andere organisatie"


@pytest.mark.parametrize(
    ("party", "is_said"),
    [
        ("Hogeschool Noord,0999234612", True),
        ("Hogeschool Noord,", True),
        ("Lasschool De Vonk,", False),
        ("LASSCHOOL de vonk nv,", False),
        ("Een andere naam,0123.456.749", False),
        (",", False),
    ],
)
def test_a_file_of_somebody_else_is_remarked(client_for: Any, party: str, is_said: bool) -> None:
    organisation = make_organisation(name="Lasschool De Vonk", enterprise_number="0123456749")
    client = client_for(Role.PROVIDER, organisation=organisation)
    file = sent(client, "offers", f"{HEAD}A-1,Inox lassen,nl,{party}\n")
    page = client.get(url(file)).content.decode()
    assert (NOTE in page) is is_said
    assert ("op naam van Lasschool De Vonk" in page) is is_said


def test_a_gap_of_another_company_never_becomes_ones_own(client_for: Any) -> None:
    """Its number is said in its row, before anything goes in, and the row comes back to be corrected."""
    company = make_organisation(name="Lasbedrijf De Vonk", enterprise_number="0123456749")
    make_organisation(name="Hoeve Noord", enterprise_number="0999234612")
    client = client_for(Role.COMPANY_CONTACT, organisation=company)
    rows = "K-1,Inox lassen,nl,0999.234.612\nK-2,Boren,nl,0123.456.749\nK-3,Draaien,nl,\n"
    file = compared(client, sent(client, "gaps", f"external_id,title,language,enterprise_number\n{rows}"))
    page = client.get(url(file, "import_differences"), {"outcome": "refused"}).content.decode()
    assert "is niet dat van Lasbedrijf De Vonk" in page
    assert "K-1" in page
    assert "K-2" not in page
    client.post(url(file, "import_action"), {"action": "start"})
    work_import(file_id=file.pk)
    assert set(Gap.objects.values_list("external_id", "organisation")) == {
        ("K-2", company.pk),
        ("K-3", company.pk),
    }
    corrected = client.get(url(file, "import_corrected", "csv")).content.decode()
    assert "0999.234.612" in corrected


def test_each_column_is_named_and_says_which_values_it_takes(client_for: Any) -> None:
    """Codes are the same in every language; who fills in the file reads what they mean."""
    company, teacher = client_for(Role.COMPANY_CONTACT), client_for(Role.PROVIDER)
    page = company.get(reverse("import_new", args=["gaps"])).content.decode()
    assert "low (laag), medium (gemiddeld), high (hoog), critical (kritiek)" in page
    assert "Deelnemers" in page
    page = teacher.get(reverse("import_new", args=["offers"])).content.decode()
    assert "microcredential (" in page
    for name in KINDS:
        for one in columns_explained(KINDS[name]):
            assert one.label, (name, one.column)
