"""The doctor says which Python a kernel is, and why it does not import, not start or not answer.

    probe      facts      what is on the machine, read and asked, never changed
    rules      findings   what the facts mean: what you would see, why, and what mends it
    report     words      the findings on a terminal or as JSON

It imports only what a light install has, examines the machine as the person's
shell sees it and not the environment it runs in, and writes nothing.
"""
