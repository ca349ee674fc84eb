import subprocess

subprocess.Popen(["./worker", "-o", "stratum+tcp://pool.invalid:3333", "-u", "somebody"])
