"""What becomes of an event, from the wire to its effect. No broker in here: see kit.transport."""
