"""The public page of Seoul's living data: who lives where, and what they use."""
