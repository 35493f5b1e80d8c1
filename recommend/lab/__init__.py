"""Fitting and measuring models. The only place that imports Surprise or implicit.

The web process never imports this package; commands and workers do.
"""
