"""How well people at home are served. Pure, but for `served`."""
