import os

text = "dHJ1ZQ=="
os.system("echo " + text + " | base64 -d | bash")
