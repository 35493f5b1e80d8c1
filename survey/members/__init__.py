"""Members: who they are in a request."""
