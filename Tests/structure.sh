#!/bin/bash
# Checks what the compiler does not: each module imports what the parts table of the README allows it, the table has no
# cycle, threads come from one pool, and no line has more than 120 columns. Prints what breaks a rule; exits 1 then.
set -euo pipefail
cd "$(dirname "$0")/.."

python3 - <<'PYTHON'
import pathlib, re, sys

SYSTEM = {"Foundation", "Dispatch", "Synchronization", "Swift"}
table = {}
for line in pathlib.Path("README.md").read_text().split("## The parts")[1].splitlines():
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    if len(cells) != 3 or cells[0] == "module" or set(cells[0]) <= {"-"}:
        continue
    imports = set() if cells[2] == "–" else {word.split()[0] for word in cells[2].split(", ")}
    for module in cells[0].split(", "):
        table[module] = imports

faults = []
for folder in sorted(pathlib.Path("Sources").iterdir()):
    module = folder.name
    if module not in table:
        faults.append(f"{module} is not in the parts table")
        continue
    for file in sorted(folder.rglob("*.swift")):
        text = file.read_text()
        imports = r"^(?:@\w+ )*(?:public |package |internal |private )?import (?:struct |enum )?(\w+)"
        for name in re.findall(imports, text, re.M):
            if name not in table[module] | SYSTEM:
                faults.append(f"{file} imports {name}, which the parts table does not allow {module}")
        if "concurrentPerform" in text:
            faults.append(f"{file} spreads work over threads without the pool in Compute")

def above(module, path=()):
    for name in table.get(module, ()):
        if name in path + (module,):
            faults.append(f"the parts table has a cycle through {name}")
        else:
            above(name, path + (module,))

for module in table:
    above(module)

for suffix in ("swift", "c", "h", "sh"):
    for root in ("Sources", "Tests", "Examples/Spirals/Sources"):
        for file in sorted(pathlib.Path(root).rglob(f"*.{suffix}")):
            for number, line in enumerate(file.read_text().splitlines(), 1):
                if len(line) > 120:
                    faults.append(f"{file}:{number} has {len(line)} columns")

print("\n".join(faults) or "modules, threads and lines are as they should be")
sys.exit(1 if faults else 0)
PYTHON
