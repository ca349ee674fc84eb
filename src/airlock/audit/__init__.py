"""What a project depends on, held against what is publicly known."""
