def around(filename, lineno, function, reach=2):
    told = [f"{filename}, line {lineno}" + (f", in {function}" if function != "<module>" else "")]
    for number, line in enumerate(linecache.getlines(filename), 1):
        if abs(number - lineno) <= reach:
            told += [f"{'=> ' if number == lineno else '   '}{number} {line.rstrip()}"]
    return [*told, ""]
