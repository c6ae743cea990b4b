"""How fast it is, and how much it costs: measured against the bare library, never asserted."""
