import http.client


def get(host, path):
    connection = http.client.HTTPSConnection(host)
    connection.request("GET", path)
    return connection.getresponse().read()
