"""Mail that a gate sends: over SMTP, to people who chose it, never while somebody waits."""
