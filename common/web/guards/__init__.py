"""Who may do what how often, and what browsers may do with the answers."""
