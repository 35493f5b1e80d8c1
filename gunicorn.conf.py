"""How gunicorn serves OTTwin, wherever it is started in this folder; its command line wins."""

worker_class = "config.buffering.BufferingWorker"
workers = 2
threads = 4
worker_connections = 800  # each needs a file descriptor, and many systems allow 1,024
control_socket_disable = True
