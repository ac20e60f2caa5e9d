"""Who takes part: organisations, their people, invitations and API clients."""
