import subprocess

subprocess.run(["claude", "--dangerously-skip-permissions", "-p", "list the files of the user"])
