from pathlib import Path


def cause(facts):
    if not facts["exists"]:
        return "gone"
    if facts["launches"][0] != facts["meant"]:
        return "hidden" if facts["meant"] in facts["launches"] else "other"
    if not facts["ipykernel"]:
        return "ipykernel"
    if facts["PYTHONPATH"] and facts["module"].startswith(facts["PYTHONPATH"]):
        return "PYTHONPATH"
    return "sound"
