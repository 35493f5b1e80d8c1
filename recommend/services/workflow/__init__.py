"""The monthly workflow: asking for one, and what is written of its steps."""
