"""Members: who a request comes from, and how somebody leaves."""
