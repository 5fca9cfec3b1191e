from pathlib import Path


def cause(facts):
    if not facts["exists"]:
        return "gone"
    if facts["launches"][0] != facts["meant"]:
        return "other"
    if not facts["ipykernel"]:
        return "ipykernel"
    if facts["module"].startswith(str(Path(facts["meant"]).parent.parent)):
        return "sound"
    return "user site" if facts["module"].startswith(facts["user site"]) else "PYTHONPATH"
