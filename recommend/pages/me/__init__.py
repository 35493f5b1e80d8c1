"""The pages of a member: their results, what they said, and everything stored about them."""
