"""What OTTwin needs besides itself, the database and Redis, and what to do while one is away."""
