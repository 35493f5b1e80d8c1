"""Each command parses its arguments, calls a service or the lab, and prints a summary."""
