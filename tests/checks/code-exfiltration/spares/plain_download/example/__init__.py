import urllib.request


def page(url):
    return urllib.request.urlopen(url).read()
