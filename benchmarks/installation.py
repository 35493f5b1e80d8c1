"""A separate installation for measurements and screenshots: database, model, web server.

It is set up with real data, as an operator does it, in a folder that is deleted at the end or kept
for the next call. Gunicorn serves it on loopback, as in `make run`. Nothing here touches the
installation in use.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from PIL import Image

from config.embedded_postgres import ensure_running, stop_if_last
from tests.config.external_postgres import temporary_folder
from tests.paths import ROOT
from tests.sites import answers, free_port, rows_of, wait_until

SETTINGS = """
from pathlib import Path
from config.settings import *
VAR_DIR = Path({var!r})
MODEL_DIR, PREDICTIONS_DIR, STATIC_ROOT = (
    VAR_DIR / name for name in ("models", "predictions", "static")
)
DATABASES = {{"default": database_settings(None, var=VAR_DIR)}}
"""
DATA = {
    "load_movielens": "ml-1m.zip",
    "load_movie_details": "movie_details.csv",
    "load_availability": "availability_kr.csv",
}


@dataclass(frozen=True)
class Installation:
    """A folder with a database, a live model and static files."""

    folder: Path

    def environment(self, *, image_url: str = "") -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "own_settings",
            "PYTHONPATH": f"{self.folder}:{ROOT}",
            "SECRET_KEY": "only-for-measuring-" + "x" * 50,
            "DEBUG": "false",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "REQUEST_LIMITS": "off",
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "TMDB_IMAGE_URL": image_url,
        }

    def manage(self, *arguments: str) -> None:
        """Run a command and print its last line."""
        ended = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        if ended.returncode:
            raise SystemExit(ended.stdout + ended.stderr)
        print("\n".join(ended.stdout.splitlines()[-1:]), flush=True)

    def sql(self, statement: str) -> None:
        rows_of(statement, self.folder / "var")

    @contextlib.contextmanager
    def changed(self, before: str, after: str) -> Iterator[None]:
        """Run one statement now, and another one that undoes it at the end."""
        self.sql(before)
        try:
            yield
        finally:
            self.sql(after)

    @contextlib.contextmanager
    def served(self, *, image_url: str = "") -> Iterator[str]:
        """The address of gunicorn, started as `make run` starts it."""
        port = free_port()
        program = Path(sys.executable).parent / "gunicorn"
        with (self.folder / "gunicorn.log").open("ab") as log:
            process = subprocess.Popen(
                [program, "config.wsgi", "--bind", f"127.0.0.1:{port}"],
                cwd=ROOT,
                env=self.environment(image_url=image_url),
                stdout=log,
                stderr=log,
            )  # fmt: skip
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    wait_until(
        lambda: answers(port) or process.poll() is not None, seconds=300, what="gunicorn answers"
    )
    if process.poll() is not None:
        raise SystemExit("gunicorn did not start; see gunicorn.log")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health/") as answer:
        answer.read()


@contextlib.contextmanager
def installation(data: Path, *, keep_in: Path | None) -> Iterator[Installation]:
    """An installation from the files in `data`, or the one of an earlier call in `keep_in`."""
    missing = [name for name in DATA.values() if not (data / name).is_file()]
    if missing:
        raise SystemExit(f"{data} lacks {', '.join(missing)} (docs/data.md)")
    folder = keep_in.resolve() if keep_in else temporary_folder()
    folder.mkdir(parents=True, exist_ok=True)
    own, var = Installation(folder), folder / "var"
    (folder / "own_settings.py").write_text(SETTINGS.format(var=str(var)), encoding="utf-8")
    ensure_running(var)
    try:
        _make_ready(own, data)
        yield own
    finally:
        stop_if_last(var)
        if keep_in is None:
            shutil.rmtree(folder, ignore_errors=True)


def _make_ready(own: Installation, data: Path) -> None:
    """Make tables, static files and reference data in every call, the rest in the first one."""
    own.manage("migrate", "--verbosity", "0")
    own.manage("collectstatic", "--no-input", "--clear", "--verbosity", "0")
    own.manage("load_reference_data")
    ready = own.folder / "ready"
    if ready.exists():
        return
    predictions = str(own.folder / "predictions.parquet")
    for command, name in DATA.items():
        own.manage(command, str(data / name))
    own.manage("train_model")
    own.manage("predict_ratings", "--output", predictions)
    own.manage("load_predictions", predictions)
    own.manage("publish_model")
    own.sql("VACUUM ANALYZE")
    ready.touch()


# --- posters -------------------------------------------------------------------------------------


def poster(seed: int) -> bytes:
    """A JPEG of TMDB's small size, 185 by 278, with the usual 10 to 14 KB."""
    rng = np.random.default_rng(seed)
    rough = Image.fromarray(rng.integers(0, 256, (12, 8, 3), dtype=np.uint8))
    picture = np.asarray(rough.resize((185, 278), Image.Resampling.BICUBIC), dtype=np.int16)
    grain = rng.integers(-22, 23, picture.shape, dtype=np.int16)
    image = Image.fromarray(np.clip(picture + grain, 0, 255).astype(np.uint8))
    for quality in range(90, 20, -4):
        stored = io.BytesIO()
        image.save(stored, "JPEG", quality=quality)
        if stored.tell() <= 13_500:
            break
    return stored.getvalue()


@contextlib.contextmanager
def poster_server() -> Iterator[str]:
    """The address of a server that answers every path with one of 40 pictures."""
    pictures = [poster(seed) for seed in range(40)]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            digest = hashlib.sha256(self.path.encode()).digest()
            picture = pictures[digest[0] % len(pictures)]
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(picture)))
            self.send_header("Cache-Control", "public, max-age=31536000")
            self.end_headers()
            self.wfile.write(picture)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
