"""Writes results of the evaluation as text, Markdown and plots. Pure: no Django import."""
