def cause(facts):
    if facts["PYTHONPATH"]:
        return "PYTHONPATH"
    if not facts["exists"]:
        return "gone"
    if facts["launches"][0] != facts["meant"]:
        return "hidden" if facts["meant"] in facts["launches"] else "other"
    if not facts["ipykernel"]:
        return "ipykernel"
    return "user site" if facts["module"].startswith(facts["user site"]) else "sound"
