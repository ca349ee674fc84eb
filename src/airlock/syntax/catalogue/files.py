"""What touches files, and what stays behind to run again."""

from airlock.syntax.catalogue.rows import RECEIVER, Effect, row
from airlock.syntax.facts import Deed, Origin

_WRITE = row(Deed.WRITE, RECEIVER)
_COPY = row(Deed.WRITE, 1, keywords="dst", options="copy")
_DELETE = row(Deed.DELETE, keywords="path")
_READ = row(Deed.READ, RECEIVER, gives=Origin.FILE)
_OPEN = row(Deed.READ, keywords="file path database", gives=Origin.FILE)
_KEYS = row(Deed.COLLECT, options="keys", gives=Origin.WATCHED)
_SCREEN = row(Deed.COLLECT, options="screen", gives=Origin.WATCHED)
_CAMERA = row(Deed.COLLECT, options="camera", gives=Origin.WATCHED)
_MICROPHONE = row(Deed.COLLECT, options="microphone", gives=Origin.WATCHED)
_CLIPBOARD = row(Deed.COLLECT, options="clipboard", gives=Origin.WATCHED)

FILES: dict[str, Effect] = {
    **dict.fromkeys(
        (
            "open.write",
            "open.writelines",
            "pathlib.Path.write_text",
            "pathlib.Path.write_bytes",
            "pathlib.Path.open.write",
            "zipfile.ZipFile.write",
            "zipfile.ZipFile.writestr",
            "tempfile.NamedTemporaryFile.write",
            "tempfile.TemporaryFile.write",
            "tempfile.mkstemp.write",
            "gzip.open.write",
        ),
        _WRITE,
    ),
    "os.write": _WRITE,
    **dict.fromkeys(
        ("json.dump", "yaml.dump", "yaml.safe_dump", "toml.dump", "tomli_w.dump"),
        row(Deed.WRITE, 1, keywords="fp stream"),
    ),
    "shutil.copyfileobj": row(Deed.WRITE, 1, options="copy"),
    "pathlib.Path.rename": row(Deed.WRITE, 0, keywords="target", options="copy"),
    "pathlib.Path.replace": row(Deed.WRITE, 0, keywords="target", options="copy"),
    "shutil.copy": _COPY,
    "shutil.copy2": _COPY,
    "shutil.copyfile": _COPY,
    "shutil.copytree": _COPY,
    "shutil.move": _COPY,
    "os.rename": _COPY,
    "os.replace": _COPY,
    "os.symlink": _COPY,
    "zipfile.ZipFile.extractall": row(Deed.WRITE, 0, keywords="path", options="extract"),
    "zipfile.ZipFile.extract": row(Deed.WRITE, 1, keywords="path", options="extract"),
    "tarfile.open.extractall": row(Deed.WRITE, 0, keywords="path", options="extract"),
    "shutil.unpack_archive": row(Deed.WRITE, 1, keywords="extract_dir", options="extract"),
    "os.remove": _DELETE,
    "os.unlink": _DELETE,
    "os.rmdir": _DELETE,
    "os.removedirs": _DELETE,
    "shutil.rmtree": row(Deed.DELETE, keywords="path", options="tree"),
    "pathlib.Path.unlink": row(Deed.DELETE, RECEIVER),
    "send2trash.send2trash": _DELETE,
    **dict.fromkeys(
        (
            "open.read",
            "open.readlines",
            "open.readline",
            "pathlib.Path.read_text",
            "pathlib.Path.read_bytes",
            "pathlib.Path.open.read",
        ),
        _READ,
    ),
    "os.listdir": _OPEN,
    "os.scandir": _OPEN,
    "os.walk": _OPEN,
    "glob.glob": _OPEN,
    "glob.iglob": _OPEN,
    "sqlite3.connect": _OPEN,
    **dict.fromkeys(
        (
            "pkgutil.get_data",
            "pkg_resources.resource_string",
            "importlib.resources.read_text",
            "importlib.resources.read_binary",
        ),
        row(Deed.READ, 1, keywords="resource", gives=Origin.FILE),
    ),
    "linecache.getlines": _OPEN,
    "winreg.SetValueEx": row(Deed.PERSIST, 1, 4, options="registry"),
    "winreg.SetValue": row(Deed.PERSIST, 1, 3, options="registry"),
    "winreg.CreateKey": row(Deed.PERSIST, 1, options="registry"),
    "winreg.OpenKey": row(Deed.PERSIST, 1, options="registry open"),
    "os.dup2": row(Deed.REDIRECT),
    "os.mkfifo": row(Deed.WRITE),
    "pynput.keyboard.Listener": _KEYS,
    "keyboard.hook": _KEYS,
    "keyboard.on_press": _KEYS,
    "keyboard.on_release": _KEYS,
    "pyHook.HookManager": _KEYS,
    "ctypes.windll.user32.SetWindowsHookExA": _KEYS,
    "ctypes.windll.user32.GetAsyncKeyState": _KEYS,
    "pyperclip.copy": row(Deed.COLLECT, options="set-clipboard"),
    "clipboard.copy": row(Deed.COLLECT, options="set-clipboard"),
    "win32clipboard.SetClipboardText": row(Deed.COLLECT, options="set-clipboard"),
    "win32clipboard.SetClipboardData": row(Deed.COLLECT, 1, options="set-clipboard"),
    "tkinter.Tk.clipboard_append": row(Deed.COLLECT, options="set-clipboard"),
    "keyboard.record": _KEYS,
    "keyboard.start_recording": _KEYS,
    "pyxhook.HookManager": _KEYS,
    "ctypes.windll.user32.SetWindowsHookExW": _KEYS,
    "ctypes.windll.user32.GetKeyState": _KEYS,
    "win32api.GetAsyncKeyState": _KEYS,
    **dict.fromkeys(
        (
            "PIL.ImageGrab.grab",
            "ImageGrab.grab",
            "pyautogui.screenshot",
            "pyscreeze.screenshot",
            "pyscreenshot.grab",
            "mss.mss",
            "mss.mss.grab",
            "mss.mss.shot",
            "d3dshot.create",
        ),
        _SCREEN,
    ),
    "cv2.VideoCapture": _CAMERA,
    "cv2.VideoCapture.read": _CAMERA,
    "pygame.camera.Camera": _CAMERA,
    "sounddevice.rec": _MICROPHONE,
    "pyaudio.PyAudio.open": _MICROPHONE,
    **dict.fromkeys(
        (
            "pyperclip.paste",
            "pyperclip.waitForNewPaste",
            "clipboard.paste",
            "win32clipboard.GetClipboardData",
            "tkinter.Tk.clipboard_get",
            "pandas.read_clipboard",
            "PIL.ImageGrab.grabclipboard",
        ),
        _CLIPBOARD,
    ),
}
