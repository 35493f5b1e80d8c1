"""Writes about people at home who came in a file: loading their ratings, deleting them."""
