"""The watch log of a service: its file, and the stars that viewings stand for."""
