"""Trains a model run and stores it with its vectors and predictions."""
