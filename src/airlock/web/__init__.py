"""Pages for people, on the running index: rendered here, readable without a script.

- A page asks ``entrance.require`` before it asks anything else; what somebody may not read is not
  on any page of theirs.
- A page only reads. What changes anything is a form of its own, which the entrance guards.
- Nothing here decides: what a door rules is asked of the door.

One module for each group of pages, its templates in ``templates``; how to add one: CONTRIBUTING.md.
"""
