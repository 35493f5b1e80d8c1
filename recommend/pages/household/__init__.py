"""The page of what two to four people subscribe to together."""
