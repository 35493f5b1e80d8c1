"""The page of the plan of the next months, and its calendar file."""
