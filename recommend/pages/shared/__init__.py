"""The page of a shared result and its picture."""
