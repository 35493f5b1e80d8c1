"""Admin pages of genre models and seasons."""
