def fast():
    return 1
