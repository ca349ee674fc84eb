"""The optimal string alignment distance, by the textbook and slowly."""

import itertools


def distance(left: str, right: str) -> int:
    rows = [
        [i + j if i * j == 0 else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)
    ]
    for i, j in itertools.product(range(1, len(left) + 1), range(1, len(right) + 1)):
        cost = 0 if left[i - 1] == right[j - 1] else 1
        best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
        if i > 1 and j > 1 and left[i - 2 : i] == right[j - 2 : j][::-1]:
            best = min(best, rows[i - 2][j - 2] + 1)
        rows[i][j] = best
    return rows[-1][-1]
