"""Recommendations, surveys, results and health as JSON. One view for each operation."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import get_user
from django.db import DatabaseError, InterfaceError, connection
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from common.selectors import data_set_in_use, sample_in_use
from common.web.guards.networks import network_of
from common.web.input import refuse_query
from common.web.schema import ErrorOutput
from common.web.throttling import NetworkThrottle, TooManyRequests, key_of, wait_of_network
from common.web.unavailable import unavailable
from recommend.api import serializers
from recommend.api.decision import Advised
from recommend.api.health import Health, HealthOutput, ReadyOutput
from recommend.api.readiness import readiness
from recommend.models import ModelRun
from recommend.results import recommendation
from recommend.results.advice import advise
from recommend.results.stored import StoredResult, stored_result
from recommend.results.whereabouts import current_whereabouts, whereabouts_of_ids
from recommend.services import submission
from recommend.services.home.learning import agree, withdraw
from survey.limits import too_many_stored
from survey.models import Respondent


class RecommendationThrottle(NetworkThrottle):
    scope = "recommendations"


class SurveyThrottle(NetworkThrottle):
    scope = "surveys"


@extend_schema(request=serializers.AnswersInput, responses=serializers.RecommendationOutput)
@api_view(["POST"])
@throttle_classes([RecommendationThrottle])
def recommendations(request: Request) -> Response:
    """Twin, 50 films and platforms for the answers given. Nothing is stored."""
    refuse_query(request)
    given = serializers.AnswersInput(data=request.data)
    given.is_valid(raise_exception=True)
    found, twin = recommendation.recommend(given.answers()), None
    if found.twin is not None:
        twin = serializers.ShownTwin(**vars(found.twin), overlapped=found.overlapped)
    advice = advise(
        found.outlook,
        found.platforms,
        budget=given.validated_data["monthly_budget"],
        subscribed=given.validated_data["subscribed"],
        day=timezone.localdate(),
        wishes=given.wishes(),
    )
    whereabouts = whereabouts_of_ids(
        [film.movie.movie_id for film in found.films], timezone.localdate()
    )
    answered = serializers.Answered(
        sample=sample_in_use(),
        model_run=found.run.pk,
        twin=twin,
        movies=found.films,
        platforms=serializers.scores_there(found.platforms, whereabouts),
        decision=Advised(advice, found.what_if, whereabouts),
    )
    return Response(serializers.RecommendationOutput(answered).data)


class Taken(APIException):
    status_code = status.HTTP_409_CONFLICT


@extend_schema(
    request=serializers.SurveyInput,
    responses={
        201: serializers.SurveyOutput,
        409: OpenApiResponse(ErrorOutput, "Other answers are stored under this `submission_id`"),
    },
)
@api_view(["POST"])
@throttle_classes([SurveyThrottle])
def submit(request: Request) -> Response:
    """Store a respondent and their recommendation; needs consent.

    The same answers sent again are stored once: under the same `submission_id`, or without one from
    the same network on the same day. Other answers under the same `submission_id` are refused
    (409), until the first result is deleted.
    """
    refuse_query(request)
    given = serializers.SurveyInput(data=request.data)
    given.is_valid(raise_exception=True)
    strategy = given.validated_data["strategy"]
    if seconds := wait_of_network(request._request, "results"):
        raise TooManyRequests(seconds, too_many_stored())
    sent_as = given.validated_data.get("submission_id")
    try:
        respondent = submission.submit_survey(
            survey=given.survey(),
            token=sent_as or _token_of_the_day(request),
            strategy=strategy,
            is_only=sent_as is not None,
        )
    except submission.IdTakenError as error:
        text = gettext(
            "Other answers were sent under this “submission_id”. Choose a new one for each survey."
        )
        raise Taken(text) from error
    page = request.build_absolute_uri(reverse("result", args=[respondent.pk]))
    output = serializers.SurveyOutput({"user_id": respondent.pk, "result_url": page})
    return Response(output.data, status=status.HTTP_201_CREATED)


def _token_of_the_day(request: Request) -> str:
    """In place of an id that a program did not send; the stored key covers the answers too."""
    return key_of("survey", network_of(request._request), timezone.localdate())


@extend_schema(methods=["GET"], responses=serializers.ResultOutput)
@extend_schema(
    methods=["PATCH"], request=serializers.LearningInput, responses=serializers.ResultOutput
)
@extend_schema(methods=["DELETE"], responses={204: None, 403: ErrorOutput})
@api_view(["GET", "PATCH", "DELETE"])
def result(request: Request, user_id: UUID) -> Response:
    """A stored result; DELETE removes it with everything stored about the respondent.

    PATCH gives or withdraws the consent to learning, and answers with the result as it is then.
    403: the request comes from a browser in which staff without that permission are logged in.
    """
    refuse_query(request)
    if request.method == "DELETE":
        # Who is logged in to admin; Django REST framework knows no users here.
        if not submission.may_delete_results(get_user(request._request)):
            raise PermissionDenied(gettext("Your account may not delete results."))
        submission.delete_result(respondent=get_object_or_404(Respondent, pk=user_id))
        return Response(status=status.HTTP_204_NO_CONTENT)
    if request.method == "PATCH":
        given = serializers.LearningInput(data=request.data)
        given.is_valid(raise_exception=True)
        change = agree if given.validated_data["learning_consent"] else withdraw
        try:
            change(respondent=get_object_or_404(Respondent, pk=user_id))
        except Respondent.DoesNotExist:  # expired, or deleted meanwhile
            raise Http404 from None
    stored = stored_result(user_id)
    if stored is None:
        raise Http404
    output = serializers.ResultOutput(_answer(stored))
    return Response(output.data, headers={"Cache-Control": "no-store"})


def _answer(stored: StoredResult) -> serializers.StoredAnswer:
    respondent, similarity = stored.respondent, stored.similarity
    advice = advise(
        stored.outlook,
        stored.platforms,
        budget=respondent.monthly_budget,
        subscribed=stored.subscribed,
        day=timezone.localdate(),
        wishes=respondent.wishes,
    )
    whereabouts = current_whereabouts([film.movie for film in stored.films], timezone.localdate())
    return serializers.StoredAnswer(
        sample=stored.is_sample,
        model_run=stored.run,
        twin=None
        if similarity is None
        else serializers.ShownTwin(
            ml_user_id=similarity.ml_user_id,
            similarity=similarity.score,
            method=similarity.method,
            relaxation=similarity.relaxation,
            overlapped=similarity.overlapped_movies,
        ),
        movies=stored.films,
        platforms=serializers.scores_there(stored.platforms, whereabouts),
        decision=Advised(advice, stored.what_if, whereabouts),
        respondent=respondent,
        liked=sorted(movie.movie_id for movie in stored.liked),
        subscribed=stored.subscribed,
    )


@extend_schema(responses={200: HealthOutput, 503: HealthOutput})
@api_view(["GET"])
def health(request: Request) -> Response:
    """Whether the process lives and the database answers; which model run and data set are in use.

    A probe that restarts the site on 503 should ask here; one that sends people to it, `ready`.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        run, data_set = ModelRun.objects.live(), data_set_in_use()
        found = Health(
            "ok",
            model_run=run.pk if run else None,
            data_set=data_set.name if data_set else None,
            sample=bool(data_set and data_set.is_sample),
        )
    except (DatabaseError, InterfaceError) as error:
        why = unavailable(error)
        found = Health("busy" if why and why.busy else "error")
    code = status.HTTP_200_OK if found.database == "ok" else status.HTTP_503_SERVICE_UNAVAILABLE
    return Response(HealthOutput(found).data, status=code)


@extend_schema(responses={200: ReadyOutput, 503: ReadyOutput})
@api_view(["GET"])
def ready(request: Request) -> Response:
    """Whether people can be served now: 503 says in `missing` what lacks."""
    found = readiness()
    code = status.HTTP_200_OK if found.is_ready else status.HTTP_503_SERVICE_UNAVAILABLE
    headers = {"Cache-Control": "no-store"} | ({} if found.is_ready else {"Retry-After": "30"})
    return Response(ReadyOutput(found).data, status=code, headers=headers)
