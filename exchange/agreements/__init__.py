"""Agreements between ports, and what comes of them: workstreams, milestones, actions, meetings."""
