import functools

import pyautogui


def logged(function):
    @functools.wraps(function)
    def wrapper(*given, **named):
        return function(*given, **named)

    return wrapper


@logged
def picture(path):
    return pyautogui.screenshot(path)
