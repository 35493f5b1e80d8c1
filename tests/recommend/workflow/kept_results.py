"""Members with a result that they keep."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib.auth.models import User

from recommend.services.submission import Survey, submit_survey
from survey.models import MEMBERSHIP_VERSION, Member, Respondent
from tests.worlds import film_ids


def add_member(name: str = "") -> Member:
    user = User.objects.create_user(name or f"{uuid.uuid4().hex}@example.com")
    return Member.objects.create(user=user, membership_version=MEMBERSHIP_VERSION)


def kept_result(member: Member, liked: Sequence[int] = ()) -> Respondent:
    survey = Survey(liked=list(liked or film_ids("Action")[:5]))
    result = submit_survey(survey=survey, token=uuid.uuid4().hex)
    Respondent.objects.filter(pk=result.pk).update(member=member)
    return result
