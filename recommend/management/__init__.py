"""Operator commands, and the modes of `evaluate`."""
