<#
iex (iwr https://get.example/install)
#>
python -m example
