"""The forms of members' accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from common.numbers import Unit, WholeNumberField
from movies.models import Gender
from survey.forms import FormProblem
from survey.members.joining import faults
from survey.members.passwords import LONGEST_PASSWORD
from survey.members.profile import Profile
from survey.members.second_factor import LONGEST_CODE
from survey.models import Region

LONGEST_TYPED = 254  # characters of an e-mail address
RULES = _("At least 8 characters, not only digits, and not a word that many people use.")
NOT_SAID = ("", _("Prefer not to say"))


class AccountForm(forms.Form):
    """Base: what goes wrong is listed above the form, and stands at its field."""

    use_required_attribute = False

    def problems(self) -> list[FormProblem]:
        """The entries of the error summary, in the order of the page."""
        found = [FormProblem(str(text), "account-form") for text in self.non_field_errors()]
        for name in self.fields:
            found += [FormProblem(str(text), f"id_{name}") for text in self.errors.get(name, ())]
        return found

    def take(self, error: ValidationError) -> None:
        """Show what a service refused, at the fields that it names."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        faults: Mapping[str, Sequence[Any]] = error.error_dict
        for name, texts in faults.items():
            self.add_error(name if name in self.fields else None, list(texts))


def _email() -> forms.CharField:
    """Text: the service checks the address, after folding it."""
    return forms.CharField(
        label=_("E-mail"),
        max_length=LONGEST_TYPED,
        error_messages={"required": _("Please enter your e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


def _password(label: Any, kind: str = "current-password", help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=help_text,
        validators=[ProhibitNullCharactersValidator()],
        error_messages={"required": _("Please enter your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": kind}),
    )


def _code() -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        max_length=LONGEST_CODE,
        error_messages={"required": _("Please enter the code.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


class LoginForm(AccountForm):
    email = _email()
    password = _password(_("Password"))


class CodeForm(AccountForm):
    code = _code()


class JoinForm(AccountForm):
    """What is needed, then what may be left out."""

    email = _email()
    password = _password(_("Password"), "new-password", RULES)
    gender = forms.ChoiceField(
        label=_("Gender"), choices=[NOT_SAID, *Gender.choices], required=False
    )
    birth_year = WholeNumberField(
        label=_("Year of birth"),
        units=[Unit.CALENDAR_YEAR],
        required=False,
        error_messages={"invalid": _("Please write the year in four digits, such as 1995.")},
    )
    region = forms.ChoiceField(
        label=_("Region"), choices=[NOT_SAID, *Region.choices], required=False
    )
    membership_consent = forms.BooleanField(
        label=_("I am 14 or older and agree to this."),
        error_messages={"required": _("Without your consent we cannot keep an account.")},
    )
    learning_consent = forms.BooleanField(
        label=_("I also agree that OTTwin learns from the films that I look at."), required=False
    )
    about_you: ClassVar = ("gender", "birth_year", "region")

    def clean(self) -> None:
        """Everything is said at once, beside what the fields themselves refuse."""
        given = self.cleaned_data
        found = faults(
            email=given.get("email"), password=given.get("password"), profile=self.profile()
        )
        self.take(ValidationError(found))

    def profile(self) -> Profile:
        """Answers that the fields refuse are left out."""
        given = self.cleaned_data
        return Profile(**{name: given[name] for name in self.about_you if name in given})

    def says_about_you(self) -> bool:
        """Whether one of the optional questions has an answer or a fault."""
        return any(self[name].value() or self[name].errors for name in self.about_you)


class PasswordForm(AccountForm):
    old = _password(_("Your password now"))
    new = _password(_("New password"), "new-password", RULES)


class AskResetForm(AccountForm):
    email = _email()


class ResetForm(AccountForm):
    new = _password(_("New password"), "new-password", RULES)


class SetUpForm(AccountForm):
    password = _password(_("Password"))


class SwitchOffForm(AccountForm):
    password = _password(_("Password"))
    code = _code()
