"""KPIs: definitions that compare, values that stay true."""
