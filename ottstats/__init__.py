"""How many people use each platform, how often each was recommended, and what may be shown."""
