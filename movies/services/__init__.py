"""Writes about films and platforms, one module per topic."""
