"""Shelves on the start page, and each on a page of its own."""
