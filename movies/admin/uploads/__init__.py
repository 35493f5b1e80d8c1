"""Uploads of staff: how large they may be, and storing long ones in a worker."""
