import subprocess

subprocess.Popen(["npx", "--yes", "example-helper"])
