"""Asking to act for an organisation that has people already: they answer, or an administrator where none are."""

from django.urls import reverse

from networks.models import AccessRequest, Membership, Network, Organisation
from networks.services.telling import contacts_of, teachers_of, tell
from skillnet.accounts.models import User
from skillnet.kernel.roles import Role


def request_access(
    *,
    organisation: Organisation,
    user: User,
    message: str = "",
    role: Role = Role.COMPANY_CONTACT,
    network: Network | None = None,
) -> AccessRequest:
    """The open request of this person, made when there is none; whoever has to answer is told once.

    `role` is what is asked: to speak for the company, to keep its supply as a provider, or its seat in the
    steering group of `network`.
    """
    request, created = AccessRequest.objects.get_or_create(
        organisation=organisation,
        user=user,
        role=role,
        network=network,
        state=AccessRequest.State.OPEN,
        defaults={"message": message.strip()[:500]},
    )
    if created:
        tell(
            _who_answers(organisation, Role(request.role)),
            key=f"access:{request.pk}",
            template="organisation_access_asked",
            address=reverse("networks:people"),
            person=str(user),
            organisation=organisation.name,
            network=network.name if network else "",
            message=request.message,
        )
    return request


def _who_answers(organisation: Organisation, role: Role) -> list[User]:
    """A company's contacts; about its supply also who keeps that. Administrators where nobody is, and where nobody
    looked the organisation up yet: whoever named it first may be a stranger, and would keep its own people out."""
    people = contacts_of(organisation.pk)
    if role == Role.PROVIDER:
        people += [user for user in teachers_of(organisation.pk) if user not in people]
    if not people or not organisation.is_verified:
        people += [user for user in _administrators() if user not in people]
    return people


def _administrators() -> list[User]:
    held = Membership.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return list(User.objects.filter(pk__in=held.values("user")))
