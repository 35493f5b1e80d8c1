"""Fetches films from TMDB: the queue, the work on it, and storing the answers."""
