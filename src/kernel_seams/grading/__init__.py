"""Grades that can be trusted: student code in a sandbox, tests in a process that never loads it.

    template    one warm process with everything imported; it forks
    +-- warden      one a submission: it watches the limits and ends the whole tree
        +-- checker     runs the notebook's tests; it never runs a student's code
        +-- student     runs the student's cells, in the sandbox

What the checker asks the student's process comes back as plain data.
"""
