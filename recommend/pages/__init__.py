"""Pages about results: what they say, in rows and sentences ready to print, and their views."""
