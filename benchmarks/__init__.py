"""Measurements of speed, and pictures of the pages; `make bench` runs the main ones."""
