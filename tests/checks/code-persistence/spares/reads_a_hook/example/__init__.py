def installed(folder):
    with open(folder + "/.git/hooks/pre-commit") as file:
        return "example" in file.read()
