"""What the API says of agreements and of the work under them, and what it takes."""
