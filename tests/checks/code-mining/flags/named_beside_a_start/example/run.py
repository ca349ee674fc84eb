import subprocess

POOL = "stratum+ssl://pool.invalid:443"


def run(program):
    subprocess.Popen([program, POOL.split("/")[2]])
