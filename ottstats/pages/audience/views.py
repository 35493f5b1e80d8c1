"""The two pages of the audience, and their tables as files.

What is asked for stands in the address. A question that cannot be answered has status 400 and names
the values that can be given.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.errors import NotReadyError
from ottstats.disclosure import SMALLEST
from ottstats.living.figures import SOURCE, SOURCE_URL
from ottstats.living.formulas import WEIGHTED, WEIGHTED_NOTE
from ottstats.pages.audience import customer, service
from ottstats.pages.audience.access import audience_only
from ottstats.pages.audience.files import csv_file
from ottstats.pages.audience.forms import CustomerForm, QueryForm, ServiceForm
from ottstats.pages.audience.names import district_names
from ottstats.selectors.audience import Audience, audience

CUSTOMER, SERVICE = "ottstats/audience/customer.html", "ottstats/audience/service.html"
FILE = "file"  # the parameter that names a table, which is then sent as a file


@require_safe
@audience_only
def customer_view(request: HttpRequest) -> HttpResponse:
    """District, gender and age: the services of these people."""
    found = _loaded()
    if found is None:
        return render(request, CUSTOMER)
    districts = district_names(found.districts())
    form = CustomerForm(request.GET, found.months, districts, list(customer.TABLES))
    if not form.is_valid():
        return _refused(request, CUSTOMER, form)
    cell, month, method = form.cell(), form.cleaned_data["month"], form.cleaned_data["method"]
    if table := form.cleaned_data[FILE]:
        return csv_file(customer.TABLES[table](found, cell, method))
    page = customer.customer_page(found, cell, month, method, districts)
    return render(request, CUSTOMER, {**_context(request, form, found), "page": page})


@require_safe
@audience_only
def service_view(request: HttpRequest) -> HttpResponse:
    """A service: its target customers, and where to advertise it to them."""
    found = _loaded()
    if found is None:
        return render(request, SERVICE)
    form = ServiceForm(request.GET, list(service.TABLES))
    if not form.is_valid():
        return _refused(request, SERVICE, form)
    asked = form.cleaned_data["service"], form.cleaned_data["limit"], form.cleaned_data["method"]
    if table := form.cleaned_data[FILE]:
        return csv_file(service.TABLES[table](found, *asked))
    page = service.service_page(found, *asked, district_names(found.districts()))
    return render(request, SERVICE, {**_context(request, form, found), "page": page})


def _loaded() -> Audience | None:
    try:
        return audience()
    except NotReadyError:
        return None


def _refused(request: HttpRequest, template: str, form: QueryForm) -> HttpResponse:
    return render(request, template, {"form": form}, status=400)


def _context(request: HttpRequest, form: QueryForm, found: Audience) -> dict[str, Any]:
    return {
        "form": form,
        "query": form.asked,
        "weighted_note": WEIGHTED_NOTE,
        "is_weighted": form.cleaned_data["method"] == WEIGHTED,
        "months": found.months,
        "source": SOURCE,
        "source_url": SOURCE_URL,
        "smallest": SMALLEST,
    }
