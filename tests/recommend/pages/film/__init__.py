"""Tests of the page of a film."""
