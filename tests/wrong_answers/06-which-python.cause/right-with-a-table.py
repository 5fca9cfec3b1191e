def cause(facts):
    first, meant, module = facts["launches"][0], facts["meant"], facts["module"] or ""
    environment = meant.removesuffix("/bin/python")
    found = {
        "hidden": first != meant and meant in facts["launches"],
        "other": first != meant,
        "gone": not facts["exists"],
        "ipykernel": not facts["ipykernel"],
        "user site": module.startswith(facts["user site"] or "no such folder"),
        "PYTHONPATH": module.startswith(facts["PYTHONPATH"] or "no such folder"),
        "sound": module.startswith(environment),
    }
    return next(word for word, holds in found.items() if holds)
