"""Would another run rank better than the live one? Asked before it is published. Pure.

Recipes are judged, not fitted runs: those of the database have learned from everybody, so nobody is
left to test them on. People of MovieLens always judge (`movielens`), people at home as soon as
there are enough of them (`home`), and then their verdict decides (`judging`).
"""
