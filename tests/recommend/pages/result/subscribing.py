"""Respondents with a budget, and what their result page says about subscriptions."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.utils import timezone, translation

from recommend.pages.result.choices import PageChoices
from recommend.pages.result.subscriptions import SubscriptionSection, subscription_section
from recommend.pages.verdict.answer import VerdictText, verdict_text
from recommend.results.advice import Advice, advise
from recommend.results.stored import StoredResult, stored_result
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import PICKS, answer_of, section, shown, whereabouts_for, words

# Of what the invented world knows, Netflix (7,000 won with ads) has most and Watcha (7,900) adds
# a little; of TVING and others nothing is known.


def submitted(**answers: Any) -> Respondent:
    return submit_survey(survey=Survey(liked=PICKS, **answers), token="a-token-of-this-test")


def subscribe(client: Client, respondent: Respondent, query: str = "") -> str:
    return section(shown(client, respondent, query), 'id="subscribe"')


def told(client: Client, respondent: Respondent, query: str = "") -> str:
    return words(subscribe(client, respondent, query))


def answered(client: Client, respondent: Respondent, query: str = "") -> str:
    """The text of the first screen."""
    return words(answer_of(shown(client, respondent, query)))


def rows(html: str) -> list[str]:
    ladder = html.partition('class="plain ladder card"')[2].partition("</ol>")[0]
    return re.findall(r"<li.*?</li>", ladder, re.DOTALL)


def advised(respondent: Respondent, **choices: Any) -> tuple[StoredResult, Advice]:
    stored = stored_result(respondent.pk)
    assert stored is not None
    assert stored.outlook is not None
    budget = choices.get("budget", stored.respondent.monthly_budget)
    return stored, advise(
        stored.outlook,
        stored.platforms,
        budget=budget,
        subscribed=stored.subscribed,
        day=timezone.localdate(),
    )


def in_english(stored: StoredResult, advice: Advice) -> SubscriptionSection:
    with translation.override("en"):
        return subscription_section(
            stored, advice, whereabouts_for(stored.respondent), PageChoices(), timezone.localdate()
        )


def verdict(stored: StoredResult, advice: Advice) -> VerdictText:
    """In English."""
    with translation.override("en"):
        return verdict_text(advice, whereabouts_for(stored.respondent), timezone.localdate())
