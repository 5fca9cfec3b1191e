from pathlib import Path


def cause(facts):
    environment = str(Path(facts["meant"]).parent.parent)
    if facts["module"].startswith(environment) and facts["ipykernel"]:
        return "sound"
    if not facts["exists"]:
        return "gone"
    return "other"
