"""Fits P(like) and its spread between people on held-out users."""
