"""Keeps pytest out of the examples: they are data, and hostile on purpose."""

collect_ignore_glob = ["*/flags/*", "*/spares/*", "*/before/*"]
