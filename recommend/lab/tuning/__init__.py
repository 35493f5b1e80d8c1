"""Searches better parameters by trials, kept in studies."""
