"""What edges share: limits of a request, throttling, errors of the API."""
