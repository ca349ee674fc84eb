"""Names that a pickle may not import: what runs code or commands, reaches out, destroys.

What is listed was used against scanners, or can be: besides ``os.system`` the many functions of the
standard library and of numerical libraries that run what they are given. A name that is not listed
is no sign, because pickles import the classes of their objects.
"""

RUNNING_MODULES = frozenset(
    {
        *("subprocess", "_posixsubprocess", "popen2", "runpy", "pty", "importlib", "pkgutil"),
        *("webbrowser", "antigravity", "ensurepip", "venv", "zipapp", "marshal", "idlelib"),
        *("lib2to3", "distutils.spawn", "setuptools.sandbox", "test.support.script_helper"),
        *("asyncio.subprocess", "pip", "cffi"),
    }
)
"""Those of which hardly a function runs nothing."""
RUNNING_NAMES: dict[str, str] = {
    "os": """
        system popen popen2 popen3 popen4 execl execle execlp execlpe execv execve execvp execvpe
        spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe posix_spawn posix_spawnp
        startfile fork
    """,
    "builtins": """
        eval exec compile execfile __import__ open input breakpoint globals locals apply vars
    """,
    "commands": "getoutput getstatusoutput getstatus",
    "platform": "popen _syscmd_ver _syscmd_file",
    "timeit": "timeit repeat main Timer",
    "code": "InteractiveInterpreter InteractiveConsole interact compile_command",
    "codeop": "compile_command Compile CommandCompiler",
    "pdb": "Pdb run runeval runcall runctx",
    "bdb": "Bdb Bdb.run Bdb.runeval runcall set_trace",
    "cProfile": "run runctx",
    "profile": "run runctx",
    "trace": "Trace main",
    "imp": "load_source load_module load_dynamic load_compiled",
    "ctypes": "CDLL PyDLL WinDLL OleDLL cdll windll pydll LibraryLoader CFUNCTYPE memmove",
    "ctypes.util": "find_library",
    "doctest": "debug debug_script debug_src testsource run_docstring_examples",
    "pydoc": "pipepager tempfilepager safeimport importfile",
    "rlcompleter": "Completer",
    "sys": "settrace setprofile modules",
    "asyncio": "create_subprocess_exec create_subprocess_shell",
    "multiprocessing.util": "spawnv_passfds",
    "logging.config": "listen fileConfig dictConfig",
    "uuid": "_get_command_stdout _popen",
    "numpy.testing": "runstring",
    "numpy.testing.utils": "runstring",
    "numpy.testing._private.utils": "runstring",
    "numpy.f2py.crackfortran": "getlincoef _eval_length _eval_scalar myeval",
    "numpy.f2py.diagnose": "run_command",
    "torch.hub": "load load_state_dict_from_url download_url_to_file",
    "torch.jit.unsupported_tensor_ops": "execWrapper",
    "torch.utils.bottleneck.__main__": "run_cprofile run_autograd_prof",
    "torch.utils.collect_env": "run",
    "pandas": "eval read_pickle",
    "pandas.core.computation.eval": "eval",
    "sympy.core.sympify": "sympify",
}
"""By module, those of its functions that run code or commands."""
REACHING_NAMES: dict[str, str] = {
    "socket": "socket create_connection socketpair",
    "urllib.request": "urlopen urlretrieve URLopener FancyURLopener Request",
    "urllib": "urlopen urlretrieve",
    "urllib2": "urlopen",
    "http.client": "HTTPConnection HTTPSConnection",
    "httplib": "HTTPConnection HTTPSConnection",
    "requests": "get post put request Session",
    "requests.api": "get post put request",
    "httpx": "get post put request Client",
    "aiohttp": "ClientSession",
    "smtplib": "SMTP SMTP_SSL",
    "ftplib": "FTP",
    "telnetlib": "Telnet",
    "ssl": "get_server_certificate",
    "shutil": "rmtree move copy copyfile copytree unpack_archive",
    "os": """
        remove unlink rmdir removedirs rename replace chmod putenv environ _exit kill killpg symlink
    """,
    "io": "open FileIO",
    "types": "CodeType",
    "cloudpickle.cloudpickle": "_make_skel_func _make_function subimport",
    "pickle": "load loads Unpickler",
    "dill": "load loads _create_code",
    "cloudpickle": "load loads",
    "joblib": "load",
    "numpy": "load",
    "torch": "load",
    "torch.serialization": "load",
    "yaml": "load unsafe_load full_load",
    "tarfile": "open",
    "sqlite3": "connect",
    "signal": "signal",
    "linecache": "getlines getline",
}
"""By module, those that reach out, destroy, or build code."""
ROUNDABOUT = frozenset(
    {
        *("builtins.getattr", "builtins.setattr", "builtins.map", "builtins.filter"),
        *("operator.attrgetter", "operator.methodcaller", "functools.reduce"),
        *("types.FunctionType", "copyreg.add_extension"),
    }
)
"""They reach any name from any other. Pickles of bound methods need the first, too."""
DISGUISING_MODULES = ("operator", "codecs", "_codecs", "functools", "string", "base64")
"""No dangers, but ways to compute a name out of letters that spell something else."""
ALIASES = {
    "posix": "os",
    "nt": "os",
    "__builtin__": "builtins",
    "__builtins__": "builtins",
    "_io": "io",
    "_pickle": "pickle",
    "cPickle": "pickle",
    "_socket": "socket",
    "_operator": "operator",
    "dill._dill": "dill",
    "pip._vendor.requests": "requests",
    "pip._vendor.requests.api": "requests.api",
}
"""One spelling for each module."""
