"""Pictures of what staff do most: the first page, a price, yesterday's winners, a file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from benchmarks.camera import Camera
from benchmarks.installation import Installation
from tests.paths import ROOT

NAME, PASSWORD = "staff", "tide-lamp-orchard"
MAKE = f"""
from django.contrib.auth.models import User
User.objects.filter(username={NAME!r}).delete()
User.objects.create_superuser({NAME!r}, password={PASSWORD!r})
"""
FAULTY = """\
slug,name,name_ko,kind,platforms,monthly_price,has_ads,valid_from,valid_to,source,checked_on
a,A,,plan,cinema,x,false,2026-01-01,,list,2026-01-01
b,B,,plan,netflix,1,false,2026-01-01,,list,yesterday
"""


def prepared(own: Installation) -> Callable[[Camera], None]:
    """Make a member of staff; the journey through the admin."""
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", MAKE],
        cwd=ROOT,
        env=own.environment(),
        check=True,
    )
    return staff_pages


def staff_pages(camera: Camera) -> None:
    page, shoot = camera.page, camera.shoot
    page.goto("/admin/")
    shoot("admin-login", whole=False)
    page.locator("#id_username").fill(NAME)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.locator(".staff-home").wait_for()
    shoot("admin")
    winners = page.locator(".staff-card h2 a").first.get_attribute("href")
    page.locator(".staff-doings a[href*='/product/?on_sale']").click()
    shoot("admin-products", whole=False)
    page.locator("#result_list tbody th a").first.click()
    price = page.locator("#id_monthly_price")
    price.fill(str(int(price.input_value() or 0) + 6000))
    page.locator("input[name=_preview]").click()
    page.locator(".preview").wait_for()
    shoot("admin-price-preview")
    page.goto(str(winners))
    shoot("admin-winners")
    page.goto("/admin/movies/product/import/")
    shoot("admin-import", whole=False)
    page.locator("#id_import_file").set_input_files(
        {"name": "prices.csv", "mimeType": "text/csv", "buffer": FAULTY.encode()}
    )
    page.locator("input[type=submit]").first.click()
    page.locator(".import-errors").wait_for()
    shoot("admin-import-faults", whole=False)
