"""What the project ships and staff keep up to date: platforms, products, attractions."""
