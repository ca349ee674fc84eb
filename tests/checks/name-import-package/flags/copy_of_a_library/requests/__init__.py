from requests.api import get
