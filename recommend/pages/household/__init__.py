"""The page on what two to four people can subscribe to together."""
