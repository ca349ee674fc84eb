"""What runs processes, and what runs data as code."""

from airlock.syntax.catalogue.rows import RECEIVER, Effect, row
from airlock.syntax.facts import Deed, Origin

_SHELL = row(Deed.PROCESS, keywords="cmd command", options="shell", gives=Origin.OUTPUT)
_PROCESS = row(Deed.PROCESS, keywords="args", gives=Origin.OUTPUT)
_SPAWN = row(Deed.PROCESS, 1, 2, 3, 4, options="detached")
_REPLACE = row(Deed.PROCESS, 0, 1, 2, 3, 4)
_ARGUMENTS = row(Deed.PROCESS, 0, 1, 2, 3, 4, 5, 6, 7, gives=Origin.OUTPUT)
_EXECUTE = row(Deed.EXECUTE, keywords="source code object string s data")

PROCESSES: dict[str, Effect] = {
    **dict.fromkeys(
        (
            "os.system",
            "os.popen",
            "os.popen2",
            "os.popen3",
            "os.popen4",
            "platform.popen",
            "subprocess.getoutput",
            "subprocess.getstatusoutput",
            "asyncio.create_subprocess_shell",
            "asyncio.subprocess.create_subprocess_shell",
            "_winapi.CreateProcess",
            "win32process.CreateProcess",
            "pexpect.run",
            "pexpect.spawn",
            "IPython.utils.process.system",
            "msvcrt.system",
            "imaplib.IMAP4_stream",
            "tkinter.Tcl.eval",
            "tkinter.Tk.eval",
            "win32com.client.Dispatch.Run",
            "win32com.client.Dispatch.Exec",
            "comtypes.client.CreateObject.Run",
        ),
        _SHELL,
    ),
    **dict.fromkeys(
        (
            "subprocess.run",
            "subprocess.call",
            "subprocess.Popen",
            "subprocess.check_call",
            "subprocess.check_output",
            "pty.spawn",
            "os.startfile",
            "distutils.spawn.spawn",
            "setuptools.distutils.spawn.spawn",
            "psutil.Popen",
            "anyio.run_process",
            "trio.run_process",
            "invoke.run",
            "sh.Command",
            "envoy.run",
            "delegator.run",
        ),
        _PROCESS,
    ),
    **dict.fromkeys(
        [f"os.spawn{tail}" for tail in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")], _SPAWN
    ),
    **dict.fromkeys(
        [f"os.exec{tail}" for tail in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")], _REPLACE
    ),
    "_posixsubprocess.fork_exec": row(Deed.PROCESS),
    "pydoc.pipepager": row(Deed.PROCESS, 1, keywords="cmd"),
    "pydoc.tempfilepager": row(Deed.PROCESS, 1, keywords="cmd"),
    "win32com.client.Dispatch.ShellExecute": row(Deed.PROCESS, 0, 1),
    "os.posix_spawn": _REPLACE,
    "os.posix_spawnp": _REPLACE,
    "asyncio.create_subprocess_exec": _ARGUMENTS,
    "asyncio.subprocess.create_subprocess_exec": _ARGUMENTS,
    "win32api.ShellExecute": row(Deed.PROCESS, 2, 3),
    "win32com.shell.shell.ShellExecuteEx": row(Deed.PROCESS, 0, keywords="lpFile lpParameters"),
    "win32api.WinExec": _SHELL,
    "ctypes.windll.shell32.ShellExecuteW": row(Deed.PROCESS, 2, 3),
    "ctypes.windll.shell32.ShellExecuteA": row(Deed.PROCESS, 2, 3),
    "ctypes.windll.kernel32.WinExec": _SHELL,
    "ctypes.windll.kernel32.CreateProcessW": row(Deed.PROCESS, 0, 1),
    "ctypes.CDLL.system": _SHELL,
    "ctypes.cdll.msvcrt.system": _SHELL,
    "webbrowser.open": row(Deed.PROCESS, options="browser"),
    "webbrowser.open_new": row(Deed.PROCESS, options="browser"),
    "webbrowser.open_new_tab": row(Deed.PROCESS, options="browser"),
    "webbrowser.get.open": row(Deed.PROCESS, options="browser"),
    "paramiko.SSHClient.exec_command": row(Deed.SEND),
    # Data as code.
    "exec": _EXECUTE,
    "eval": _EXECUTE,
    "execfile": row(Deed.EXECUTE, options="file"),
    "runpy.run_path": row(Deed.EXECUTE, options="file", keywords="path_name"),
    "types.FunctionType": _EXECUTE,
    "types.LambdaType": _EXECUTE,
    "types.CodeType": row(Deed.EXECUTE, 6, 5, options="bytecode"),
    "code.InteractiveInterpreter.runsource": _EXECUTE,
    "code.InteractiveInterpreter.runcode": _EXECUTE,
    "code.InteractiveConsole.push": _EXECUTE,
    "timeit.timeit": row(Deed.EXECUTE, options="weak"),
    **dict.fromkeys(
        (
            "ctypes.pythonapi.PyRun_SimpleString",
            "ctypes.pythonapi.PyRun_SimpleStringFlags",
            "ctypes.pythonapi.PyRun_String",
            "cProfile.run",
            "cProfile.runctx",
            "cProfile.Profile.run",
            "profile.run",
            "profile.runctx",
            "pdb.run",
            "pdb.runeval",
            "bdb.Bdb.run",
            "bdb.Bdb.runeval",
            "trace.Trace.run",
        ),
        _EXECUTE,
    ),
    "zipimport.zipimporter.load_module": row(Deed.EXECUTE, RECEIVER, options="file"),
    "zipimport.zipimporter.exec_module": row(Deed.EXECUTE, RECEIVER, options="file"),
    "importlib.util._SourceLoader": _EXECUTE,
    "pickle.loads": row(Deed.EXECUTE, options="pickle"),
    "pickle.load": row(Deed.EXECUTE, options="pickle"),
    "yaml.load": row(Deed.EXECUTE, options="pickle document"),
    "yaml.unsafe_load": row(Deed.EXECUTE, options="pickle document"),
    "yaml.full_load": row(Deed.EXECUTE, options="pickle document"),
    "jsonpickle.decode": row(Deed.EXECUTE, options="pickle document"),
    "dill.loads": row(Deed.EXECUTE, options="pickle"),
    "cloudpickle.loads": row(Deed.EXECUTE, options="pickle"),
    "importlib.machinery.SourceFileLoader.load_module": row(Deed.EXECUTE, RECEIVER, options="file"),
    "importlib.util.spec_from_file_location.loader.exec_module": row(
        Deed.EXECUTE, RECEIVER, options="file"
    ),
    "importlib.util.spec_from_file_location.loader.load_module": row(
        Deed.EXECUTE, RECEIVER, options="file"
    ),
    "imp.load_source": row(Deed.EXECUTE, 1, options="file"),
    "imp.load_compiled": row(Deed.EXECUTE, 1, options="file bytecode"),
    # Native code.
    "ctypes.CDLL": row(Deed.LOAD),
    "ctypes.WinDLL": row(Deed.LOAD),
    "ctypes.cdll.LoadLibrary": row(Deed.LOAD),
    "ctypes.windll.LoadLibrary": row(Deed.LOAD),
    "ctypes.PyDLL": row(Deed.LOAD),
    "ctypes.windll.kernel32.VirtualAlloc": row(Deed.LOAD, options="shellcode"),
    "ctypes.windll.kernel32.RtlMoveMemory": row(Deed.LOAD, 1, options="shellcode"),
    "ctypes.windll.kernel32.CreateThread": row(Deed.LOAD, options="shellcode"),
    "ctypes.windll.kernel32.CreateRemoteThread": row(Deed.LOAD, options="shellcode"),
    "ctypes.windll.kernel32.WriteProcessMemory": row(Deed.LOAD, 2, options="shellcode"),
    "ctypes.windll.kernel32.VirtualProtect": row(Deed.LOAD, options="shellcode"),
}
