"""A file that names somebody else comes on the own account, and says so before anything goes in."""

from typing import Any

import pytest

from skillnet.kernel.roles import Role
from tests.factories import make_organisation
from tests.site.test_imports import _own_files, sent, url

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
