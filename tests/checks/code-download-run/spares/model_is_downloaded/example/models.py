import urllib.request


def fetch(url, path):
    with open(path, "wb") as file:
        file.write(urllib.request.urlopen(url).read())
    return path
