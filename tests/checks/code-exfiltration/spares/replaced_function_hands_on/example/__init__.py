import time

import requests

_request = requests.Session.request


def patient(self, method, url, **given):
    time.sleep(1)
    return _request(self, method, url, **given)


requests.Session.request = patient
