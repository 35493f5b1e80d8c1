"""Films, platforms and products, and where films can be watched."""
