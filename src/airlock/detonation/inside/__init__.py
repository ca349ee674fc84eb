"""Scripts that run inside the sandbox, under whatever Python is there; nothing of ours."""
