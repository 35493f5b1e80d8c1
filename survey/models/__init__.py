"""Tables: drafts, respondents and members, and what a person may answer."""

from survey.models.answers import (
    CONSENT_VERSION,
    DRAFT_LIFETIME,
    FEWEST_PICKS,
    LARGEST_BUDGET,
    MAXIMUM_AGE,
    MINIMUM_AGE,
    MOST_MUST_HAVES,
    MOST_OWNED,
    MOST_PICKS,
    RETENTION,
    STEPS,
    SUBMISSION_TOKEN,
    AnsweredWishes,
    Education,
    Income,
    OttFrequency,
    Region,
    WishAnswers,
    wish_constraints,
)
from survey.models.drafts import Draft
from survey.models.members import (
    LONGEST_KEYWORD,
    MEMBER_RETENTION,
    MEMBERSHIP_VERSION,
    MOST_INTERESTS,
    MOST_KEYWORDS,
    Member,
)
from survey.models.respondents import Respondent, RespondentQuerySet
from survey.models.sessions import LoginSession
