"""Measures recommenders and decisions on simulated respondents."""
