import webbrowser

webbrowser.open_new_tab("https://page.invalid/")
