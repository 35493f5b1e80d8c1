"""Leaving, and being gone for a year: nothing of the member is left, in no table and no log."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.core import mail
from django.db import connection, models
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from psycopg import sql
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from recommend.models import MemberEvent
from recommend.services.members.events import record_event
from survey.members import second_factor, tokens
from survey.members.leaving import leave, purge_gone_members
from survey.members.visits import note_visit
from survey.models import Draft, LoginSession, Member, Respondent
from survey.services import purge_expired_respondents
from tests.movies.admin.admin_rows import Rows, one_of_each
from tests.survey.members.accounts import (
    EMAIL,
    PASSWORD,
    ask,
    bearer,
    code_of,
    joined,
    log_in,
    pair,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(db: None) -> Rows:
    return one_of_each()


@pytest.fixture
def minji(rows: Rows, client: Client) -> Member:
    """A member who has one of everything: by each way in which a row can belong to a member."""
    member = joined(keywords=("귀신고래",), learns=True)
    Respondent.objects.filter(pk=rows[Respondent].pk).update(
        member=member, retain_until=timezone.now() + timedelta(days=365)
    )
    Draft.objects.create(respondent=rows[Respondent], expires_at=timezone.now() + timedelta(days=7))
    for kind in MemberEvent.Kind.values[:3]:
        record_event(member=member, movie_id=260, kind=kind)
    log_in(client)
    waiting = second_factor.begin(user=member.user)
    assert second_factor.confirm(
        user=member.user, code=code_of(waiting), session=client.session.session_key
    )
    tokens.rotate(refresh=tokens.new_pair(user=member.user).refresh)
    member.user.groups.add(Group.objects.first() or Group.objects.create(name="x"))
    member.user.user_permissions.add(Permission.objects.first() or Permission())
    LogEntry.objects.log_actions(member.user.pk, [member.user], CHANGE)  # as staff of oneself
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    LogEntry.objects.log_actions(boss.pk, [member.user], CHANGE)
    return member


def of_the_user(user_id: int) -> dict[Any, set[Any]]:
    """By model, the keys of the rows that lead to the user over foreign keys, however far."""
    found: dict[Any, set[Any]] = {User: {user_id}}
    waiting: list[tuple[Any, set[Any]]] = [(User, {user_id})]
    while waiting:
        model, keys = waiting.pop()
        for target in apps.get_models(include_auto_created=True):
            for field in target._meta.concrete_fields:
                if not isinstance(field, models.ForeignKey) or field.related_model is not model:
                    continue
                rows = target._base_manager.filter(**{f"{field.name}__in": keys})
                new = set(rows.values_list("pk", flat=True)) - found.setdefault(target, set())
                if new:
                    found[target] |= new
                    waiting.append((target, new))
    return {model: keys for model, keys in found.items() if keys}


def everything() -> dict[str, str]:
    """Every row of every table as text, by table; sessions are read."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            query = sql.SQL("SELECT coalesce(json_agg(t)::text, '') FROM {} t")
            cursor.execute(query.format(sql.Identifier(table)))
            found[table] = cursor.fetchone()[0]
    sessions = [one.get_decoded() for one in LoginSession.objects.all()]
    return found | {"sessions, read": json.dumps(sessions)}


def test_leaving_deletes_every_row_that_leads_to_the_user(minji: Member, client: Client) -> None:
    before = of_the_user(minji.pk)
    assert {model._meta.db_table for model in before} >= {
        "survey_member", "survey_respondent", "survey_draft", "recommend_memberevent",
        "survey_loginsession", "recommend_recommendedmovie", "recommend_reaction",
        "matching_similarity", "ottstats_platformrecommendation", "django_admin_log",
        "token_blacklist_blacklistedtoken", "token_blacklist_outstandingtoken",
        "otp_totp_totpdevice", "otp_static_statictoken", "auth_user_groups",
        "auth_user_user_permissions", "survey_respondent_preferred_movies",
    }  # fmt: skip
    assert client.delete("/api/me/").status_code == 204
    for model, keys in before.items():
        assert not model._base_manager.filter(pk__in=keys).exists(), model


def test_no_table_has_the_address_or_the_words_afterwards(minji: Member) -> None:
    secrets = [EMAIL, "귀신고래", str(minji.results.get().pk), minji.user.password]
    secrets += OutstandingToken.objects.values_list("jti", flat=True)
    before = everything()
    assert all(any(secret in text for text in before.values()) for secret in secrets)
    leave(member=minji)
    for table, text in everything().items():
        assert not [secret for secret in secrets if secret in text], table


def test_others_stay_as_they_are(minji: Member, rows: Rows) -> None:
    other = joined("jun@site.kr")
    record_event(member=other, movie_id=260, kind="like")
    leave(member=minji)
    leave(member=minji)  # idempotent
    assert list(Member.objects.exclude(pk=rows[Member].pk)) == [other]
    assert other.events.count() == 1


def test_no_line_of_the_log_names_a_member(
    client: Client,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.MAIL = {"EMAIL_HOST": "mail.site.kr"}
    monkeypatch.setattr("common.backends.beside.in_thread", lambda work: work())
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"login_account": (3, 900)}
    caplog.set_level(logging.DEBUG, logger="")
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    form = {"email": EMAIL, "password": PASSWORD, "membership_consent": "on"}
    client.post("/join/", form)
    client.post("/join/", form)
    client.post("/logout/")
    client.post("/password/reset/", {"email": EMAIL})
    found = pair(client)
    ask(client, "/api/token/refresh/", {"refresh": found["access"]})
    for _ in range(4):
        log_in(client, password="wrong-lamp-tide")
    client.get("/api/me/", headers=bearer("a.b.c"))
    client.get("/api/me/nothing/", headers=bearer(found["access"]))
    client.delete("/api/me/", headers=bearer(found["access"]))
    lines = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "locked" in lines
    assert len(mail.outbox) == 1
    for secret in (EMAIL, "minji", PASSWORD, "wrong-lamp-tide", found["access"], found["refresh"]):
        assert secret not in lines


def test_staff_who_delete_a_member_delete_everything_of_theirs(
    minji: Member, admin_client: Client
) -> None:
    page = f"/admin/survey/member/{minji.pk}/delete/"
    assert EMAIL not in admin_client.get(page).content.decode()
    assert EMAIL not in admin_client.get("/admin/survey/member/").content.decode()
    admin_client.post(page, {"post": "yes"})
    assert EMAIL not in json.dumps(everything())


def posted(client: Client, path: str, **form: Any) -> Any:
    answer = client.post(path, form)
    assert answer.status_code == 302, answer.content.decode()
    return answer


@pytest.mark.parametrize("many", [False, True])
def test_staff_who_delete_the_user_of_a_member_leave_no_address(
    minji: Member, admin_client: Client, many: bool
) -> None:
    pk, secret = minji.pk, str(minji.results.get().pk)
    posted(admin_client, f"/admin/auth/user/{pk}/password/",
           usable_password="true", password1=PASSWORD, password2=PASSWORD)  # fmt: skip
    assert LogEntry.objects.latest("pk").object_repr == f"#{pk}"
    question = f"/admin/auth/user/{pk}/delete/"
    assert secret not in admin_client.get(question).content.decode()
    if many:
        chosen = {"action": "delete_selected", "_selected_action": [str(pk)]}
        assert secret not in admin_client.post("/admin/auth/user/", chosen).content.decode()
        posted(admin_client, "/admin/auth/user/", **chosen, post="yes")
    else:
        posted(admin_client, question, post="yes")
    left = {table: text for table, text in everything().items() if table != "sessions, read"}
    assert not [table for table, text in left.items() if EMAIL in text]
    assert not OutstandingToken.objects.exists()
    (line,) = LogEntry.objects.filter(object_id=str(pk), content_type__model="user")
    assert (line.object_repr, line.is_deletion()) == (f"#{pk}", True)


def test_deleting_one_of_staff_deletes_their_tokens_and_keeps_the_log_about_them(
    client: Client, admin_client: Client
) -> None:
    kim = User.objects.create_user("kim", email="kim@site.kr", password=PASSWORD, is_staff=True)
    pair(client, "kim@site.kr")
    boss = User.objects.get(username="admin")
    LogEntry.objects.log_actions(boss.pk, [kim], CHANGE)
    posted(admin_client, f"/admin/auth/user/{kim.pk}/delete/", post="yes")
    assert not User.objects.filter(pk=kim.pk).exists()
    assert not OutstandingToken.objects.exists()
    names = LogEntry.objects.filter(object_id=str(kim.pk)).values_list("object_repr", flat=True)
    assert list(names) == ["kim", "kim"]


# --- a year ---


def test_a_visit_keeps_the_results_for_a_year_and_is_noted_once_a_day(
    minji: Member, client: Client, django_assert_num_queries: Any
) -> None:
    long_ago = timezone.now() - timedelta(days=300)
    Member.objects.filter(pk=minji.pk).update(last_visit=long_ago)
    Respondent.objects.update(retain_until=timezone.now() + timedelta(days=65))
    client.get("/api/me/results/")
    minji.refresh_from_db()
    (result,) = minji.results.all()
    assert timezone.now() - minji.last_visit < timedelta(minutes=5)
    assert result.retain_until == minji.last_visit + timedelta(days=365)
    with django_assert_num_queries(0):
        assert not note_visit(member=minji)


def test_results_of_members_who_come_are_never_purged(minji: Member, rows: Rows) -> None:
    past = timezone.now() - timedelta(days=1)
    Respondent.objects.update(consented_at=past - timedelta(days=99), retain_until=past)
    assert purge_expired_respondents() == 0
    Member.objects.update(last_visit=timezone.now() - timedelta(days=366))
    assert purge_expired_respondents() == 1


def test_members_who_have_not_come_for_a_year_leave(minji: Member, rows: Rows) -> None:
    Member.objects.filter(pk=minji.pk).update(last_visit=timezone.now() - timedelta(days=366))
    assert purge_gone_members() == 1
    assert EMAIL not in json.dumps(everything())
    assert Member.objects.filter(pk=rows[Member].pk).exists()
    assert not StaticDevice.objects.exists()


def test_an_account_of_staff_outlives_the_year(minji: Member) -> None:
    Member.objects.filter(pk=minji.pk).update(last_visit=timezone.now() - timedelta(days=366))
    User.objects.filter(pk=minji.pk).update(is_staff=True)
    assert purge_gone_members() == 0
    assert Member.objects.filter(pk=minji.pk).exists()
