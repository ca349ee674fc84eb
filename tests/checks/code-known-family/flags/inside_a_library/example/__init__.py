def part_0(values, start=0):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 1
    return total
