TABLE = "".join(chr(number) for number in range(256))


def number(text):
    return eval(text.translate(TABLE))
