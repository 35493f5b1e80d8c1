"""Predicts stars: algorithms of Surprise, a learned blend, and their errors."""
