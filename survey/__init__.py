"""The four steps of the survey, unsent drafts, and respondents."""
