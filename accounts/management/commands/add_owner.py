from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from accounts.services import members


class Command(BaseCommand):
    help = "Make an organisation and its first owner, who then signs in with a code by e-mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, help="its name, in Finnish")
        parser.add_argument("--municipality", required=True, help="three-digit code, such as 081")
        parser.add_argument("--email", required=True, help="the owner's address")
        parser.add_argument("--name", required=True, help="the owner's name")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        organisation, _new = Organisation.objects.get_or_create(
            name=options["organisation"],
            defaults={
                "kind": OrganisationKind.MUNICIPALITY,
                "municipality_code": options["municipality"],
                "email": options["email"],
            },
        )
        user = User.objects.filter(email__iexact=options["email"]).first()
        user = user or User.objects.create_user(options["email"], name=options["name"])
        members.grant(
            user=user, organisation=organisation, role=Role.OWNER, scope=organisation.scope, by=None, now=timezone.now()
        )
        self.stdout.write(f"{user.email} owns {organisation}.")
