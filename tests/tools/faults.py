# SPDX-License-Identifier: GPL-3.0-or-later
"""Small faults that a line of C may get, for plant_faults.py.

sites(name, text) lists (name, line, before, [(operator, after), ...]).
"""
import re

MASK = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'",
                  re.S)
TYPES = (r"(?:const|static|struct|enum|union|unsigned|signed|int|double|float|"
         r"char|bool|void|size_t|u?int\d+_t|FILE|cJSON)\b")
DECLARATION = re.compile(r"^\s+" + TYPES)
HEADER = re.compile(r"^(?:static |inline |NAS_\w+ )*([a-z]\w*(?: [a-z]\w*)? ?"
                    r"\**)\s*\w+\(")
STATEMENT = re.compile(r"^\t+(?!return|break|continue|goto|case|default|else|"
                       r"if|for|while|do|switch|\}|\{)[\w*(+-].*;$")
COMPARE = {"<": ["<=", ">"], "<=": ["<"], ">": [">=", "<"], ">=": [">"],
           "==": ["!="], "!=": ["=="]}
RETURNS = {"void": ["return;"], "bool": ["return false;", "return true;"],
           "enum nas_status": ["return NAS_OK;"]}


def masked(text):
    """The same text with comments, strings and directives blanked."""
    blank = lambda m: re.sub(r"[^\n]", "\0", m.group())
    text = MASK.sub(blank, text)
    return re.sub(r"^[ \t]*#(?:.*\\\n)*.*$", blank, text, flags=re.M)


def swap(line, m, to):
    return line[:m.start()] + to + line[m.end():]


def operators(line, bare):
    """Changes of operators and operands."""
    for m in re.finditer(r"(?<![<>=!+\-*/%&|^-])([<>]=?|[=!]=)(?![<>=])", bare):
        for to in COMPARE[m.group(1)]:
            yield "comparison", swap(line, m, to)
    for m in re.finditer(r" ([+-]) (?=[\w(*])", bare):
        yield "plus or minus", swap(line, m, f" {'-' if m[1] == '+' else '+'} ")
    for m in re.finditer(r"(?<=[\w)\]]) ([*/%]) (?=[\w(])", bare):
        yield "factor", swap(line, m, f" {'/' if m[1] == '*' else '*'} ")
    for m in re.finditer(r" ([+-])= ", bare):
        yield "sum", swap(line, m, f" {'-' if m[1] == '+' else '+'}= ")
    for m in re.finditer(r" (&&|\|\|)(?= |$)", bare):
        yield "and or or", swap(line, m, " ||" if m[1] == "&&" else " &&")
    for m in re.finditer(r"(?<=[( ])!(?=[\w(])", bare):
        yield "negation", swap(line, m, "")
    for m in re.finditer(r"\bfm(in|ax)\(", bare):
        yield "least or most", swap(line, m, "fmax(" if m[1] == "in"
                                    else "fmin(")
    for m in re.finditer(r"(?<=[\w\])])\[([^\[\]]+)\]", bare):
        if not DECLARATION.match(bare):
            yield "index", swap(line, m, f"[{line[m.start(1):m.end(1)]} + 1]")
    for m in re.finditer(r"\b(true|false)\b", bare):
        yield "constant", swap(line, m, "false" if m[1] == "true" else "true")


def constants(line, bare):
    for m in re.finditer(r"(?<![\w.\[])(\d+)(?![\w.])", bare):
        n = int(m[1])
        yield "constant", swap(line, m, str(n + 1))
        if n > 0:
            yield "constant", swap(line, m, str(n - 1))
    for m in re.finditer(r"(?<![\w.])(\d+\.\d+|\d+e-?\d+|\d\.\d+e-?\d+)"
                         r"(?![\w.])", bare):
        yield "constant", swap(line, m, f"(2 * {m[1]})")
    for m in re.finditer(r" ([?]) ", bare):
        yield "condition", line[:m.start()] + " == 0 ? " + line[m.end():]


def conditions(line, bare):
    m = re.match(r"^(\t+(?:\} else )?(?:if|while) )(\(.*\))( \{)?$", bare)
    if m:
        yield "condition", (line[:m.end(1)] + "(!" + line[m.start(2):m.end(2)] +
                            ")" + (m[3] or ""))


def statements(line, bare, returns):
    m = re.match(r"^(\t+)return (.+);$", bare)
    if m and returns == "bool" and m[2] not in ("true", "false"):
        yield "return", f"{m[1]}return !({line[m.start(2):m.end(2)]});"
    if re.match(r"^\t+continue;$", bare):
        yield "statement", line.replace("continue", "break")
    if re.match(r"^\t+break;$", bare):
        yield "statement", line.replace("break", "continue")
    if not STATEMENT.match(bare) or DECLARATION.match(bare):
        return
    indent = re.match(r"\t+", line).group()
    yield "statement", indent + ";"
    for early in RETURNS.get(returns, ["return 0;"] if returns in
                             ("int", "double", "size_t") else []):
        yield "early return", indent + early + " " + line.strip()


def sites(name, text):
    found, returns, before = [], None, ""
    for n, (line, bare) in enumerate(zip(text.split("\n"),
                                         masked(text).split("\n")), 1):
        m = HEADER.match(bare)
        if m:
            returns = m[1].strip()
        choices = list(operators(line, bare)) + list(conditions(line, bare))
        if not m:
            choices += constants(line, bare)
        if re.search(r"[;{}:)]$|^$|\0$", before):
            choices += statements(line, bare, returns)
        if choices and not bare.startswith(("struct", "enum")):
            found.append((name, n, line, choices))
        if bare.strip("\0 \t"):
            before = bare.rstrip("\0 \t")
    return found
