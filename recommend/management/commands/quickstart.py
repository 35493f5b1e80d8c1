"""`manage.py quickstart`: what `make run` does before it starts the server."""

from __future__ import annotations

import os
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from common.commands.base import DataCommand
from common.errors import DataError
from common.models import SAMPLE, DataLoad
from common.selectors import data_set_in_use
from ottstats.services.reference import load_reference_data, reference_digest
from recommend.lab.training.train import TrainingPlan, predict_ratings, train_model
from recommend.models import ModelRun
from recommend.services import data_sets, model_runs
from recommend.tasks import prepare_previews
from survey.services import purge_expired_respondents

LARGEST_PORT = 65_535


class Command(DataCommand):
    help = (
        "Make an empty installation ready: tables, reference data, static files and, unless other "
        "data is loaded, the bundled sample with a model trained on it. Skips what is there."
    )
    kept = "what was finished stays; `make run` goes on there"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--bind", metavar="HOST:PORT", help="where the site will be; refused if it is taken"
        )

    def run(self, **options: Any) -> str:
        if options["bind"]:
            check_address(options["bind"])
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        loaded = DataLoad.objects.latest_of(DataLoad.Kind.REFERENCE)
        if loaded is None or loaded.digest != reference_digest():
            load_reference_data()
        purge_expired_respondents()
        if data_set_in_use() is None:
            data_sets.load_movielens(source=SAMPLE, report=self.report)
        data_set = data_set_in_use()
        live = ModelRun.objects.live()
        if live is None and data_set is not None and data_set.is_sample:
            live = self._model_of_sample()
        if live is None:
            return (
                "Ready, but no model is live: run `manage.py train_model`, `predict_ratings`, "
                "`load_predictions FILE` and `publish_model`"
            )
        return f"Ready: {live.data_name}, model run {live.pk}"

    def _model_of_sample(self) -> ModelRun:
        run = train_model(plan=TrainingPlan(), report=self.report)
        path = Path(settings.PREDICTIONS_DIR) / f"run-{run.pk}.parquet"
        predict_ratings(run=run, output=path, report=self.report)
        model_runs.load_predictions(path=path, run=run, report=self.report)
        model_runs.publish_run(run=run)
        prepare_previews()
        return run


def check_address(bind: str) -> None:
    """Raise `DataError` if nothing can listen at HOST:PORT."""
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    if not port.isascii() or not port.isdigit() or int(port) > LARGEST_PORT:
        raise DataError(f"{bind} is no address; choose one: make run HOST=127.0.0.1 PORT=8000")
    try:
        family = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
            listener.bind((host, int(port)))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise DataError(
            f"cannot serve at {bind}: {reason}. Stop what is there, or choose another address: "
            f"make run PORT={int(port) + 1 if int(port) < LARGEST_PORT else 8000}"
        ) from error
