"""Single films: all that is known of one, for its page and the API."""
