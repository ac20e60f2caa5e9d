"""What every endpoint shares: strict input, one error shape, one list shape, versions, keys."""
