"""A local Telegram: an MTProto server to try and to test a bot with. It imports nothing else of this project."""
