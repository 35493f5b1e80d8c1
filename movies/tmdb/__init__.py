"""Talking to TMDB: the only place that does. No Django import, no database."""
