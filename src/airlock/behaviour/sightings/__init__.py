"""What events mean, a family of signals in each module."""
