"""Pictures of what members see: their account, start page, shelves, and the page of a film."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.audience import ADVERTISE
from benchmarks.camera import Camera
from benchmarks.installation import Installation
from tests.browser.browsers import begin, unfold_all
from tests.codes import code_of_key
from tests.paths import ROOT

FILM = 2571  # The Matrix
EMAIL, PASSWORD = "minji@example.com", "tide-lamp-orchard"
TEXTS = Path("text") / "movie_texts.csv"
# Texts of third parties teach the genre model, and are in no picture.
OUR_TEXT = f"""
UPDATE movies_filmtext SET source = 'OTTwin', keywords = '{{}}', overview = CASE language
    WHEN 'ko' THEN '여기에 영화 줄거리가 나와요. 이 문장은 화면을 찍으려고 넣었어요.'
    ELSE 'What the film is about stands here. This sentence was put in for the picture.' END
WHERE movie_id = {FILM}
"""
OTHERS = f"""
UPDATE auth_user SET email = id || email, username = id || username WHERE email = '{EMAIL}'
"""
MEMBER = f"""
UPDATE auth_user SET email = '{EMAIL}', username = '{EMAIL}' WHERE id = {{member}};
UPDATE survey_member SET gender = 'female', birth_year = 1995, interests = '{{{{Horror,Romance}}}}',
    keywords = '{{{{귀신,첫사랑}}}}', learning_version = membership_version,
    learning_consented_at = now() WHERE user_id = {{member}};
INSERT INTO recommend_memberevent (member_id, movie_id, kind, created_at)
SELECT {{member}}, movie_id, 'view', now() FROM movies_movie
ORDER BY rating_count DESC, movie_id OFFSET 40 LIMIT 5 ON CONFLICT DO NOTHING
"""


def prepared(own: Installation, data: Path) -> Callable[[Camera], None]:
    """Train the genre model and make a member; the journey through the member's pages."""
    if (data / TEXTS).is_file():
        own.manage("load_film_texts", str(data / TEXTS), "--source", "KMDb")
    own.manage("train_genre_model")
    own.sql(OUR_TEXT)
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.members", "1"],
        cwd=ROOT,
        env=own.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    [[member, session]] = json.loads(made.stdout.splitlines()[-1])
    own.sql(OTHERS)
    own.sql(ADVERTISE.format(member=member))
    for statement in MEMBER.format(member=member).split(";"):
        own.sql(statement)

    def journey(camera: Camera) -> None:
        site = camera.page.url.split("/login/")[0]
        cookie = {"name": "sessionid", "value": session, "url": site}
        camera.page.context.clear_cookies(name="sessionid")
        camera.page.context.add_cookies([cookie])  # type: ignore[list-item]
        member_pages(camera)

    return journey


def member_pages(camera: Camera) -> None:
    """The start page with each tab, shelves, a film, and the page of a member with everything."""
    page, shoot = camera.page, camera.shoot
    the_survey(page)
    for tab in ("popular", "new", "ai"):
        page.goto(f"/?tab={tab}")
        shoot(f"start-member-{tab}", "#shelves", whole=False)
    page.goto("/")
    shoot("start-member-rows", ".shelf >> nth=1", whole=False)
    page.goto("/shelves/for-you/")
    shoot("shelf")
    page.goto("/shelves/new/?mine=1")
    shoot("shelf-mine", whole=False)
    page.goto(f"/movies/{FILM}/")
    shoot("film")
    page.locator("[data-place=seen]").click()
    page.locator("#mine [role=status]").wait_for()
    shoot("film-seen", whole=False)
    page.locator("[data-place=seen]").click()  # the next picture is of the same state
    page.locator("[data-place=seen][aria-pressed=false]").wait_for()
    page.goto("/me/")
    shoot("me-not-kept", whole=False)
    page.locator("form[action$='/keep/'] button").click()
    page.locator("form[action$='/likes/']").wait_for()
    page.goto("/me/")
    shoot("me")
    unfold_all(page)
    shoot("me-results", ".my-results", whole=False)
    shoot("me-profile", "#about-me")
    shoot("me-account", "#account", whole=False)
    page.locator("form[action$='/delete/'] button").click()  # for the next camera
    page.locator(".kept").wait_for(state="detached")
    page.goto("/me/films/like/")
    shoot("me-likes")
    page.goto("/audience/customer/?district=마포구&gender=male&age=30")
    shoot("audience-customer")
    page.goto("/audience/service/?service=netflix")
    shoot("audience-service")


def the_survey(page: Page) -> None:
    """A result that is on this device and not kept yet."""
    begin(page, picks=5)
    page.locator("input[value=netflix]").check()
    page.locator("input[name=budget_choice]").nth(2).check()
    for step in ("3", "4"):
        page.locator("button[name=next]").click()
        page.wait_for_url(f"**/{step}/")
    page.locator("#id_consent").check()
    page.locator("button[name=send]").click()
    page.wait_for_url("**/results/**")


def account(camera: Camera) -> None:
    """From joining to leaving; ends on the page for logging in."""
    page, shoot = camera.page, camera.shoot
    page.goto(f"/movies/{FILM}/")
    shoot("film-visitor", whole=False)
    page.goto("/shelves/popular/")
    shoot("shelf-visitor", whole=False)
    page.goto("/join/")
    unfold_all(page)
    shoot("join")
    page.locator("#account-form > button").click()
    page.get_by_role("alert").wait_for()
    shoot("join-error")
    joined(camera)
    page.goto("/me/")
    shoot("me-new")
    page.goto("/password/")
    shoot("password")
    second_step(camera)
    passwords(camera)
    leaving(camera)


def joined(camera: Camera) -> None:
    page = camera.page
    page.locator("#id_email").fill(f"{camera.kind}-{EMAIL}")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_membership_consent").check()
    page.locator("#account-form > button").click()
    page.locator("header a[href='/me/']").wait_for()


def logs_in(camera: Camera) -> None:
    page = camera.page
    page.goto("/login/")
    page.locator("#id_email").fill(f"{camera.kind}-{EMAIL}")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#account-form button").click()


def second_step(camera: Camera) -> None:
    page, shoot = camera.page, camera.shoot
    page.goto("/me/second-factor/")
    shoot("second-step-off")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#account-form button").click()
    page.locator("img.qr").wait_for()
    shoot("second-step-set-up")
    key = page.locator("main code").inner_text()
    page.locator("#id_code").fill(code_of_key(key))
    page.locator("#account-form button").click()
    page.locator(".codes").wait_for()
    shoot("recovery-codes")
    recovery = page.locator(".codes code").all_inner_texts()
    page.goto("/me/second-factor/")
    shoot("second-step-on")
    page.context.clear_cookies(name="sessionid")
    logs_in(camera)
    page.locator("#id_code").wait_for()
    shoot("login-code")
    page.locator("#id_code").fill(recovery[0])
    page.locator("#account-form button").click()
    page.locator("header a[href='/me/']").wait_for()


def passwords(camera: Camera) -> None:
    """Pages of somebody who is not logged in."""
    page, shoot = camera.page, camera.shoot
    session = [one for one in page.context.cookies() if one["name"] == "sessionid"]
    page.context.clear_cookies(name="sessionid")
    page.goto("/login/")
    shoot("login")
    page.locator("#id_email").fill("nobody@example.com")
    page.locator("#id_password").fill("something else")
    page.locator("#account-form button").click()
    page.get_by_role("alert").wait_for()
    shoot("login-error")
    page.goto("/password/reset/")
    shoot("password-reset")
    page.goto("/password/reset/x/y/")
    shoot("password-reset-over")
    page.context.add_cookies(session)  # type: ignore[arg-type]


def leaving(camera: Camera) -> None:
    page, shoot = camera.page, camera.shoot
    page.goto("/me/leave/")
    shoot("leave")
    page.locator("#sure").check()
    page.locator("main .button.danger").click()
    page.locator("main [role=status]").first.wait_for()
    shoot("left", whole=False)
    page.goto("/login/")
