version = "1.0"
version_tuple = (1, 0)
