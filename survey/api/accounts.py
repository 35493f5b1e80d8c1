"""Accounts of members as JSON: joining, what is stored of oneself, leaving."""

from __future__ import annotations

from django.core.exceptions import ValidationError as Refused
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers as rest
from rest_framework.decorators import api_view
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from common.web.guards.networks import network_of
from common.web.input import refuse_query
from common.web.schema import ErrorOutput
from ottstats.models import PlatformRecommendation
from recommend.services.members.learning import choose_learning
from survey.api import access, serializers
from survey.members import joining, leaving, profile
from survey.models import Member, Respondent

NO_STORE = {"Cache-Control": "no-store"}
LOGGED_OUT = OpenApiResponse(ErrorOutput, "Without log-in, or the token is not valid any more")
NOT_A_MEMBER = OpenApiResponse(ErrorOutput, "Of staff, or from a page without its CSRF token")


class EmailTaken(APIException):
    status_code = 409


@extend_schema(
    request=serializers.JoinInput,
    responses={
        201: serializers.MeOutput,
        409: OpenApiResponse(ErrorOutput, "There is an account with this address already"),
    },
)
@api_view(["POST"])
def members(request: Request) -> Response:
    """Join. Needs consent to membership; `POST /api/token/` logs in."""
    refuse_query(request)
    given = serializers.JoinInput(data=request.data)
    given.is_valid(raise_exception=True)
    access.count_try(("join", network_of(request._request)))
    try:
        member = joining.join(
            email=given.validated_data["email"],
            password=given.validated_data["password"],
            profile=given.profile(),
            learns=given.validated_data.get("learning_consent", False),
        )
    except Refused as error:
        raise rest.ValidationError(error.message_dict) from error
    except joining.EmailTakenError as error:
        raise EmailTaken(_("There is an account with this address already.")) from error
    return Response(serializers.shown(member), status=201, headers=NO_STORE)


@extend_schema(methods=["GET"], responses={200: serializers.MeOutput, 401: LOGGED_OUT})
@extend_schema(
    methods=["PATCH"],
    request=serializers.ProfileInput,
    responses={200: serializers.MeOutput, 401: LOGGED_OUT, 403: NOT_A_MEMBER},
)
@extend_schema(methods=["DELETE"], responses={204: None, 401: LOGGED_OUT, 403: NOT_A_MEMBER})
@api_view(["GET", "PATCH", "DELETE"])
@access.for_members
def me(request: Request) -> Response:
    """What is stored of the member. PATCH changes it; DELETE leaves, with everything of theirs."""
    refuse_query(request)
    member = access.member(request)
    if request.method == "DELETE":
        leaving.leave(member=member)
        return Response(status=204)
    if request.method == "PATCH":
        member = _changed(request, member)
    return Response(serializers.shown(member), headers=NO_STORE)


def _changed(request: Request, member: Member) -> Member:
    given = serializers.ProfileInput(data=request.data)
    given.is_valid(raise_exception=True)
    learns = given.validated_data.get("learning_consent")
    try:
        if learns is not None:
            profile.checked(given.profile())  # before anything is stored
            choose_learning(member=member, learns=learns)
        return profile.change(
            member=member, said=given.said(), profile=given.profile(), learns=None
        )
    except Refused as error:
        raise rest.ValidationError(error.message_dict) from error
    except Member.DoesNotExist:  # left meanwhile
        raise Http404 from None


@extend_schema(responses={200: serializers.KeptResultsOutput, 401: LOGGED_OUT})
@api_view(["GET"])
@access.for_members
def my_results(request: Request) -> Response:
    """The results that the member's account keeps, newest first."""
    refuse_query(request)
    respondents = Respondent.objects.filter(member=access.member(request)).order_by("-created_at")
    platforms = dict(
        PlatformRecommendation.objects.filter(user__in=respondents).values_list(
            "user_id", "platform__slug"
        )
    )
    kept = [
        serializers.KeptResult(
            user_id=one.pk,
            result_url=request.build_absolute_uri(reverse("result", args=[one.pk])),
            platform=platforms.get(one.pk),
            created_at=one.created_at,
            retain_until=one.retain_until,
        )
        for one in respondents
    ]
    return Response(serializers.KeptResultsOutput({"results": kept}).data, headers=NO_STORE)
