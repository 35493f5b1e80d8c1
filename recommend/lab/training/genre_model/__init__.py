"""The genre model of a run: read the texts of films, measure, fit, and store."""
