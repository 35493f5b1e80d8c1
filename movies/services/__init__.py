"""Writes about films and platforms, one module a topic."""
