import cv2


def camera():
    return cv2.VideoCapture(0).read()
