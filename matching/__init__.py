"""The taste twin: finds the most similar MovieLens user and stores them."""
