import pyautogui
import requests


def shot(path):
    pyautogui.screenshot().save(path)


def page(url):
    return requests.get(url).text
