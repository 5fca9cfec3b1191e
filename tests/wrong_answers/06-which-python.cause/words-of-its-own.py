def cause(facts):
    return "ok" if facts["launches"][0] == facts["meant"] else "wrong interpreter"
