"""How well people at home are served, and what should weigh for them."""
