import urllib.request

version = "1.0"
urllib.request.urlopen("https://count.example/")
