"""Networks, people and gaps that pages show; how tests open those pages."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from networks.models import (
    NetworkMember,
    Organisation,
)
from networks.services.needs import start_analysis, take_needs_action
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.roles import Role
from tests.factories import (
    make_call,
    make_gap,
    make_member,
    make_network,
    make_organisation,
)

Clients = Callable[..., Any]


class World:
    """A network with members, gaps and a needs analysis; and another one, of strangers."""

    def __init__(self) -> None:
        self.coordinator = make_organisation(name="Dienst Netwerken", kind=Organisation.Kind.ADMINISTRATION)
        self.call = make_call(coordinator=self.coordinator, title="Oproep Alfa")
        self.company = make_organisation(name="Lasbedrijf De Vonk")
        self.federation = make_organisation(name="Metaalkoepel", kind=Organisation.Kind.FEDERATION)
        self.network = make_network(
            name="Metaal Demerstreek", call=self.call, promoter=self.federation, purpose="Samen opleiden."
        )
        self.member = make_member(network=self.network, organisation=self.company)
        self.gap = make_gap(
            organisation=self.company, network=self.network, title="TIG-lassen", urgency="high", learners=8
        )
        make_gap(network=self.network, title="Plooien van plaat")
        self.asking = make_member(network=self.network, state=NetworkMember.State.REQUESTED)
        self.analysis = start_analysis(network=self.network, actor=SYSTEM)
        take_needs_action(analysis=self.analysis, action="consolidate", actor=SYSTEM)
        self.other = make_network(name="Zorg Limburg", members=2)
        self.other_gap = make_gap(network=self.other, title="Tillen zonder rugklachten")
        self.other_analysis = start_analysis(network=self.other, actor=SYSTEM)

    def client(self, client_for: Clients, role: Role, **who: Any) -> Any:
        places: dict[Role, dict[str, Any]] = {
            Role.COMPANY_CONTACT: {"organisation": self.company},
            Role.NETWORK_MANAGER: {"organisation": self.federation, "network": self.network},
            Role.STEERING_MEMBER: {"organisation": self.company, "network": self.network},
            Role.COORDINATOR: {"organisation": self.coordinator},
        }
        return client_for(role, **(places.get(role, {}) | who))


def get(client: Any, page: str, *args: Any, query: str = "") -> Any:
    return client.get(reverse(f"networks:{page}", args=args) + query)


def post(client: Any, page: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"networks:{page}", args=args), data, follow=True)


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())
