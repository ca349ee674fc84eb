"""The guard: one command of an installer, run so that it can take nothing that was not vetted.

``commands`` reads the command, ``objections`` says what in it or in its settings would go round the
guard, ``environment`` makes the settings that the command sees, ``barrier`` refuses every other way
out, ``witness`` looks at what is handed out, ``locks`` keeps loopback out of lock files, and
``running`` puts them together.
"""
