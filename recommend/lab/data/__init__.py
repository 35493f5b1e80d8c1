"""Holds ratings, films and availability as arrays, and reads them."""
