"""What the API says of KPIs, and what it takes."""
