import codecs

run = getattr(__builtins__, "ev" + "al") if False else exec
run(codecs.decode("vzcbeg bf; bf.flfgrz('gehr')", "rot13"))
