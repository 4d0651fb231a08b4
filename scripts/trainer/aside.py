"""Files that are whole or not there, whenever the process ends."""


def write_aside(path, write):
    """`write` is handed the path of a file beside it, which then takes its name; for its owner alone."""
    aside = path.with_name(f"{path.name}.tmp")
    aside.touch(mode=0o600)
    write(aside)
    aside.rename(path)


def write_text_aside(path, text):
    write_aside(path, lambda aside: aside.write_text(text, "utf-8"))
