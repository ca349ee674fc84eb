import subprocess

subprocess.Popen(["python3", "-c", "from harbour import crane"], close_fds=True)
