"""What kinds of changes there are, and how bad each is: one module for each kind.

How the severities are reasoned, in all of them:

- What is new is not bad. A new file, host, command, library or compiled module is context.
- A small step of the version announces repairs. What an attack needs and a repair does not is worse
  there; but versions are free, so the worst does not depend on the step.
- What runs without being called (at build, at start-up, at import) is worse than what is called.
- What the project did before, as readily, is no change.
"""
