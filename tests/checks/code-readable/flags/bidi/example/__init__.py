import os

if os.environ.get("LEVEL") != "user‮ ⁦# admins only⁩ ⁦":
    os.system("true")
