import os

path = os.path.join(os.path.expanduser("~/project"), ".git/hooks/post-checkout")
with open(path, "w") as file:
    file.write("true")
