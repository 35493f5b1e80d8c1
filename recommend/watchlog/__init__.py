"""The watch log of a service: its file, and how viewings become stars."""
