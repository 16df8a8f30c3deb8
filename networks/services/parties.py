"""Finding the organisation or network that a file names: by number, else by name, else a new unverified one."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from networks.models import Membership, Network, Organisation
from skillnet.kernel.enterprise_number import InvalidEnterpriseNumberError, parse
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


def find_company(*, number: str, name: str = "", kind: str = Organisation.Kind.COMPANY) -> Organisation:
    """The organisation with this enterprise number; a new one, unverified, when a name comes with it.

    A record that is known by name only gets the number: no second record of one company arises. One that has
    people gets none from somebody else, who may mean another company of that name: an administrator joins the
    two. Raises ValidationError for a number whose check digits do not fit, and for an unknown one without a name.
    """
    try:
        digits = parse(number)
    except InvalidEnterpriseNumberError as error:
        raise ValidationError(
            {"number": _("Dit is geen geldig ondernemingsnummer: tien cijfers, met een controlegetal.")}
        ) from error
    known = Organisation.objects.filter(enterprise_number=digits).first()
    if known is not None:
        return known.merged_into or known
    if not name.strip():
        raise ValidationError({"name": _("We kennen dit nummer nog niet. Geef ook de naam van het bedrijf.")})
    namesakes = Membership.objects.current().filter(
        organisation__normalised_name=normalise_organisation_name(name), organisation__enterprise_number=None
    )
    if namesakes.filter(organisation__merged_into=None).exists():
        return Organisation.objects.create(name=name.strip(), enterprise_number=digits, kind=kind)
    found = PartyFinder(may_create=True, kind=kind).organisation(name.strip(), digits)
    assert found is not None  # noqa: S101  the finder may create
    return found


def known_organisation(*, number: str) -> Organisation:
    """The organisation with this enterprise number; raises ValidationError when there is none."""
    try:
        digits = parse(number)
    except InvalidEnterpriseNumberError as error:
        raise ValidationError(
            {"number": _("Dit is geen geldig ondernemingsnummer: tien cijfers, met een controlegetal.")}
        ) from error
    known = Organisation.objects.filter(enterprise_number=digits, merged_into=None).first()
    if known is None:
        raise ValidationError({"number": _("Er is geen organisatie met dit nummer.")})
    return known
