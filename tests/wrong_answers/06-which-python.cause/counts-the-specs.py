from pathlib import Path


def cause(facts):
    if len(facts["launches"]) > 1:
        return "hidden"
    if not facts["exists"]:
        return "gone"
    if facts["launches"][0] != facts["meant"]:
        return "other"
    if not facts["ipykernel"]:
        return "ipykernel"
    if facts["PYTHONPATH"]:
        return "PYTHONPATH"
    return "user site" if facts["module"].startswith(facts["user site"]) else "sound"
