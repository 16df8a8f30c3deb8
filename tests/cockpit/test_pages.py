from typing import Any

import pytest
from django.urls import reverse

from skillnet.kernel.roles import Role

pytestmark = pytest.mark.django_db
PAGES = ["overview", "supply_demand", "unmet", "overlap", "double_funding", "budget"]


@pytest.mark.parametrize("name", PAGES)
def test_page(client_for: Any, name: str) -> None:
    answer = client_for(Role.ANALYST).get(reverse(f"cockpit:{name}"))
    assert answer.status_code == 200
