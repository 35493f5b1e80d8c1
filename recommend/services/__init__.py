"""Writes: one atomic function for each thing that a person can do."""
