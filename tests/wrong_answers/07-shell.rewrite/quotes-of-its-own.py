def line_to_python(line):
    indent, target, sign, rest = re.fullmatch(r"(\s*)((?:\w+\s*=\s*)?)([%!]?)(.*)", line).groups()
    name, _, argument = rest.partition(" ")
    if sign == "%":
        return f"{indent}{target}get_shell().run_line_magic('{name}', '{argument}')"
    if sign == "!":
        return f"{indent}{target}get_shell().{'getoutput' if target else 'system'}('{rest}')"
    return line
