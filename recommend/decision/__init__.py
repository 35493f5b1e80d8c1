"""Which platform and which products to recommend, and how sure that is."""
