import pyautogui


def screen():
    return pyautogui.screenshot()
