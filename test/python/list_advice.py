"""Lists, for each entry script, the texts that can be shown when it runs, function by function.

    .venv/bin/python test/python/list_advice.py finetune.py evaluate.py

Prints {"finetune.py": [{"file", "text", "isFix"}, …], …}; `…` stands in a text for what is filled in.
"""

import ast
import json
import sys
from pathlib import Path

SCRIPTS = Path("scripts")


def main():
    print(json.dumps({script: list(texts_from(SCRIPTS / script)) for script in sys.argv[1:]}))


def texts_from(script):
    reached, waiting = set(), [(script, name) for name in definitions(script)]
    while waiting:
        place = waiting.pop()
        if place in reached:
            continue
        reached.add(place)
        path, name = place
        for node in definitions(path).get(name, []):
            yield from texts_of(node, path)
            waiting += used_by(node, path)


KNOWN = {}


def definitions(path):
    """By name, what a file defines; under None what it does when it is imported."""
    if path not in KNOWN:
        KNOWN[path] = {None: []}
        for node in ast.parse(path.read_text("utf-8")).body:
            names = [node.name] if hasattr(node, "name") else [target.id for target in targets_of(node)]
            for name in names or [None]:
                KNOWN[path].setdefault(name, []).append(node)
    return KNOWN[path]


def targets_of(node):
    return [target for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]


def used_by(node, path):
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    attributes = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    yield from ((path, name) for name in names & definitions(path).keys())
    imports = [*definitions(path)[None], *ast.walk(node)]
    for part in imports:
        if isinstance(part, ast.ImportFrom) and part.module:
            yield from taken(part, names, attributes)


def taken(statement, names, attributes):
    for alias in statement.names:
        if (alias.asname or alias.name) not in names:
            continue
        module = SCRIPTS / f"{statement.module.replace('.', '/')}.py"
        inner = SCRIPTS / statement.module.replace(".", "/") / f"{alias.name}.py"
        if module.exists():
            yield from ((module, name) for name in (None, alias.name))
        elif inner.exists():
            yield from ((inner, name) for name in definitions(inner).keys() & (attributes | {None}))


def texts_of(node, path):
    docstrings = {id(each.value) for each in ast.walk(node) if isinstance(each, ast.Expr)}
    inner = {id(part) for each in ast.walk(node) if isinstance(each, ast.JoinedStr) for part in ast.walk(each) if part is not each}
    fixes = {id(part) for fix in fixes_in(node) for part in ast.walk(fix)}
    for each in ast.walk(node):
        text = text_of(each)
        if text and " " in text and not text.startswith("-") and id(each) not in docstrings | inner:
            yield {"file": str(path), "text": text, "isFix": id(each) in fixes}


def fixes_in(node):
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and getattr(each.func, "id", "") == "Problem":
            yield from each.args[1:]
        if isinstance(each, ast.Return) and isinstance(each.value, ast.Tuple):
            yield from each.value.elts[1:]
        if isinstance(each, ast.keyword) and each.arg == "fix":
            yield each.value


def text_of(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return None


if __name__ == "__main__":
    main()
