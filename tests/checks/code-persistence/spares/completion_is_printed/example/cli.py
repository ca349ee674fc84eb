"""Add to your ~/.bashrc: eval "$(example --completion)"."""


def completion():
    print("complete -F _example example  # put this into ~/.bashrc or ~/.zshrc")
