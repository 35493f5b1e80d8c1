"""`manage.py switch_off_second_factor`, for whoever has lost both the app and the codes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from common.commands.base import DataCommand
from survey.members.authentication import user_of
from survey.members.second_factor import switch_off


class Command(DataCommand):
    help = "Let an account log in with its password alone again. Make sure first who asks for it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("account", help="the e-mail address, or the name of a staff account")

    def run(self, **options: Any) -> str:
        name = str(options["account"])
        user = User.objects.filter(username=name).first() or user_of(name)
        if user is None:
            raise CommandError("There is no such account.")
        switch_off(user=user)
        return f"Switched off the second factor of account {user.pk}"
