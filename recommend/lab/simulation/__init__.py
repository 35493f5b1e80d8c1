"""Simulates respondents and judges what they are shown."""
