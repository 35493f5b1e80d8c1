"""The only package that talks to TMDB. No Django import, no database."""
