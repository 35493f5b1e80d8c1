"""The page of one film, and what members do there."""
