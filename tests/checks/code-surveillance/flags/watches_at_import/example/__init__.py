import keyboard

keyboard.on_press(print)
