"""What is in members that are not Python source text: programs, pickles, bytecode, scripts."""
