def clap(line):
    text = ""
    for word in line.split():
        text += f" 👏 {word}" if text else word
    return text


get_ipython().register_magic_function(clap, "line")
