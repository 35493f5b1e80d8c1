"""How gunicorn serves OTTwin, wherever it is started in this folder; its command line wins."""

from __future__ import annotations

import os

# One thread for NumPy in each of several workers: more would wait for each other.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

worker_class = "config.buffering.BufferingWorker"
workers = 2
threads = 4
worker_connections = 800  # each needs a file descriptor, and many systems allow 1,024
preload_app = True  # a worker that replaces a killed one serves at once, instead of after seconds
control_socket_disable = True
