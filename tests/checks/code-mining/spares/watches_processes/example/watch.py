MINERS = ("xmrig", "cpuminer")


def is_miner(name):
    return name in MINERS
