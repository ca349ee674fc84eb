import os
import urllib.request

urllib.request.urlopen("https://count.example/beat")
os.system("true")
