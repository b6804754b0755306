"""Knowledge that a chat application can trust."""
