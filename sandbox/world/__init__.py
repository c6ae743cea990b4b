"""What the local Telegram knows and decides: accounts, chats, messages, files, updates."""
