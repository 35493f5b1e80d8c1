"""What titles say: folding for the search, finding films, and series."""
