TABLE = (1, 2, 3)
