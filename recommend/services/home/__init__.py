"""Writes about people at home: ratings from a file, their deletion; consent to learning."""
