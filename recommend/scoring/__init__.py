"""How films are scored: taste, P(like), variety and the poster screen, on plain arrays."""
