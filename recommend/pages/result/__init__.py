"""The page of a result: its sections, and what a respondent does there."""
