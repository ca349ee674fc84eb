"""The doors: places where verdicts are enforced."""
