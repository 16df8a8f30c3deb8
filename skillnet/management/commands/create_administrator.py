from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from networks.models import Organisation
from networks.services.people import invite_person
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.names import normalise_organisation_name
from skillnet.kernel.roles import Role


class Command(BaseCommand):
    help = "Invite the first administrator: a mail with a link to make an account. Again sends a new link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--organisation", default="Beheer Skillnet", help="the organisation that runs the site"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["organisation"]
        organisation = Organisation.objects.filter(normalised_name=normalise_organisation_name(name)).first()
        if organisation is None:
            organisation = Organisation.objects.create(
                name=name, kind=Organisation.Kind.ADMINISTRATION, is_verified=True
            )
        try:
            invite_person(
                email=options["email"], organisation=organisation, role=Role.ADMINISTRATOR, actor=SYSTEM
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages), returncode=2) from error
        self.stdout.write(f"An invitation for {name} is on its way (worker and mail must run).")
