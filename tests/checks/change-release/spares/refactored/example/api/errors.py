class ApiError(Exception):
    """Something went wrong."""
