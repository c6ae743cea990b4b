"""HTTP: how the bot is doing, for people, for platforms and for Prometheus; and how its log is written."""
