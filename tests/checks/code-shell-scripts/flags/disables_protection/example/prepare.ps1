Add-MpPreference -ExclusionPath $env:APPDATA
