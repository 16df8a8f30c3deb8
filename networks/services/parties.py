"""Finding the organisation or network that a file names: by number, else by name, else a new unverified one."""

from dataclasses import dataclass, field

from networks.models import Network, Organisation
from skillnet.kernel.names import normalise_organisation_name


@dataclass(slots=True)
class PartyFinder:
    """Looks parties up once a file. With `may_create` false an unknown one gives None."""

    may_create: bool
    kind: str = Organisation.Kind.COMPANY
    _organisations: dict[tuple[str, str], Organisation | None] = field(default_factory=dict)
    _networks: dict[str, Network | None] = field(default_factory=dict)

    def organisation(self, name: str, number: str | None) -> Organisation | None:
        """By enterprise number, else by exact normalised name, else created as unverified."""
        key = (number or "", normalise_organisation_name(name))
        if key not in self._organisations:
            self._organisations[key] = self._find(name, number, key[1])
        return self._organisations[key]

    def network(self, name: str) -> Network | None:
        """By name; unknown: created as a draft."""
        key = normalise_organisation_name(name)
        if key not in self._networks:
            network = Network.objects.filter(normalised_name=key).first()
            if network is None and self.may_create:
                network, _created = Network.objects.get_or_create(
                    normalised_name=key, defaults={"name": name}
                )
            self._networks[key] = network
        return self._networks[key]

    def _find(self, name: str, number: str | None, key: str) -> Organisation | None:
        known = Organisation.objects.filter(merged_into=None)
        if number:
            found = known.filter(enterprise_number=number).first()
            # A row that brings the number of an organisation known by name only completes that record.
            nameless = known.filter(normalised_name=key, enterprise_number=None).first()
            if found is None and nameless is not None and self.may_create:
                nameless.enterprise_number = number
                nameless.save(update_fields=["enterprise_number", "normalised_name", "updated_at"])
                return nameless
        else:
            found = known.filter(normalised_name=key).order_by("-is_verified", "pk").first()
        if found is None and self.may_create:
            found = Organisation.objects.create(name=name, enterprise_number=number, kind=self.kind)
        return found
