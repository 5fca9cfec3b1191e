def waited(lines):
    times = []
    for line in lines:
        record = json.loads(line)
        frames = record.get("frames", [])
        if "<IDS|MSG>" in frames:
            times.append([json.loads(frames[-1])["code"], record["t"]])
    return times
