#!/usr/bin/env python3
"""Runs harmonize's benchmarks and PyTorch in turn and prints the ratios of the medians.

    Benchmarks/compare.py                           every row, on the sample; takes about an hour
    Benchmarks/compare.py --rows 1,2,6              some
    Benchmarks/compare.py --scene FOLDER            target.jpg, naive.jpg and c_mask.jpg of a published case
    Benchmarks/compare.py --painting P --object O --mask M [--loose-mask L] [--at X,Y] [--scale S]
    Benchmarks/compare.py --quick                   tiny sizes: does everything run?

Builds `benchmarks` first unless --binary names it. Needs torch (2.13.0+cpu is what the targets are for), numpy and
pillow. Each measurement is a process of its own, so memory is one measurement's alone.
"""
import argparse, csv, json, os, platform, subprocess, sys, tempfile
from pathlib import Path

root = Path(__file__).resolve().parent.parent
DEFAULT_BINARY = root / ".build/release/benchmarks"


class Failed(Exception):
    pass


def median(values):
    values = sorted(values)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def run_json(command):
    """What a command prints, as JSON; its stderr is ours."""
    result = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, cwd=root)
    if result.returncode:
        raise Failed(f"{Path(str(command[0])).name} {command[1]}: exit code {result.returncode}")
    return json.loads(result.stdout) if result.stdout.strip() else None


def job_seconds(job, evaluations):
    """What a job would take with so many evaluations in each pass."""
    return sum(p["setUpSeconds"] + evaluations * p["evaluationSeconds"] for p in job["passes"])


def evaluation_seconds(job):
    return sum(p["evaluationSeconds"] for p in job["passes"]) / len(job["passes"])


def evaluations(job):
    return " + ".join(str(p["evaluations"]) for p in job["passes"])


class Comparison:
    def __init__(self, a):
        self.a, self.rows, self.runs = a, [], {}
        self.threads = ["--threads", a.threads]
        self.size, self.long, self.short, self.loss = (128, 3, 3, 5) if a.quick else (512, 200, 10, 500)
        self.folder = tempfile.TemporaryDirectory()
        self.pictures, self.curve = Path(self.folder.name) / "pictures", Path(self.folder.name) / "curve.csv"
        self.pictures.mkdir()

    # Measurements

    def ours(self, *command):
        return run_json([self.a.binary, *command])

    def theirs(self, *command):
        return run_json([sys.executable, root / "Benchmarks/pytorch.py", *command])

    def in_turn(self, key, rounds, ours, theirs):
        """(ours, theirs) of every round, measured in turn, once for all rows that ask for it."""
        if key not in self.runs:
            self.runs[key] = []
            for number in range(rounds):
                print(f"{key}, round {number + 1} of {rounds} ...", file=sys.stderr, flush=True)
                self.runs[key].append((ours(), theirs()))
        return [r[0] for r in self.runs[key]], [r[1] for r in self.runs[key]]

    def evaluation(self, width):
        command = ["evaluation", "--size", self.size, "--width", width, *self.threads]
        return self.in_turn(f"evaluation of width {width}", self.a.rounds,
                            lambda: self.ours(*command), lambda: self.theirs(*command))

    def job(self, model, iterations, rounds=1, *options):
        """`options` are ours alone."""
        if not any(self.pictures.iterdir()):
            self.ours("composite", *self.a.scene, self.pictures)
        settings = ["--model", model, "--iterations", iterations, *self.threads]
        return self.in_turn(f"job with {model}, {iterations} + {iterations} evaluations", rounds,
                            lambda: self.ours("job", *self.a.scene, *settings, *options),
                            lambda: self.theirs("job", "--pictures", self.pictures, *settings))

    # Rows

    def row(self, number, what, ours, theirs, ratio, target, **figures):
        """`ratio` meets `target`, ("≥" or "≤", number)."""
        met = ratio >= target[1] if target[0] == "≥" else ratio <= target[1]
        self.rows.append(dict(row=number, what=what, ours=ours, theirs=theirs, ratio=ratio,
                              target=f"{target[0]} {target[1]:.3g}", met=met, **figures))
        print_row(self.rows[-1])

    def row1(self, number=1, width=1.0, target=2.5):
        ours, theirs = ([f["medianSeconds"] for f in side] for side in self.evaluation(width))
        a, b = median(ours), median(theirs)
        self.row(number, f"evaluation {self.size}×{self.size}, {width:g} of VGG16's widths", f"{a:.4g} s", f"{b:.4g} s",
                 b / a, ("≥", target), oursSeconds=ours, theirsSeconds=theirs)

    def row2(self):
        self.row1(2, 0.25, 3)

    def row3(self):
        ours, theirs = self.job("builtin", self.long)
        a, b = median([j["seconds"] for j in ours]), median([j["seconds"] for j in theirs])
        self.row(3, f"job, built-in model, {evaluations(ours[0])} evaluations (PyTorch: {evaluations(theirs[0])})",
                 f"{a:.4g} s", f"{b:.4g} s", b / a, ("≥", 10), oursJobs=ours, theirsJobs=theirs)

    def row4(self):
        ours, theirs = self.job("random", self.short)
        a, b = job_seconds(ours[0], self.long), job_seconds(theirs[0], self.long)
        self.row(4, f"job, VGG16's widths, set-up and {self.long} + {self.long} evaluations reckoned from "
                 f"{evaluations(ours[0])} (PyTorch: {evaluations(theirs[0])})", f"{a:.4g} s", f"{b:.4g} s", b / a,
                 ("≥", 8), oursEvaluation=evaluation_seconds(ours[0]), theirsEvaluation=evaluation_seconds(theirs[0]),
                 oursJobs=ours, theirsJobs=theirs)

    def row5(self):
        factor = 2 if self.a.quick else 4
        f = self.ours("scale", *self.a.scene, "--factor", factor, "--iterations", self.long, "--rounds", self.a.rounds,
                      *self.threads)
        seconds = median([evaluation_seconds(j) for j in f["enlarged"]])
        self.row(5, f"an evaluation in a painting {factor} times as large each way", f"{seconds:.4g} s", "",
                 f["evaluationRatio"], ("≤", 1.2))
        self.row(5, "the job in it", f"{median([j['seconds'] for j in f['enlarged']]):.4g} s", "", f["jobRatio"],
                 ("≤", 2.5), jobs=f)

    def row6(self):
        ours, theirs = self.evaluation(1.0)
        a, b = (median([f["activationBytes"] for f in side]) for side in (ours, theirs))
        wholes = [median([f["peakBytes"] for f in side]) for side in (ours, theirs)]
        self.row(6, "memory of row 1: activations (and all)", f"{a / 1e6:.0f} MB ({wholes[0] / 1e6:.0f})",
                 f"{b / 1e6:.0f} MB ({wholes[1] / 1e6:.0f})", a / b, ("≤", 1 / 3),
                 oursBytes=[a, wholes[0]], theirsBytes=[b, wholes[1]])

    def row7(self):
        side, object_side = (512, 128) if self.a.quick else (4096, 1000)
        for model, name, target in [("builtin", "built-in model", 1.0), ("random", "VGG16's widths", 3.0)]:
            try:
                f = self.ours("large", "--model", model, "--side", side, "--object-side", object_side, *self.threads)
            except Failed as error:
                self.failed(7, f"{name}: {error}")
                continue
            peak = f["peakBytes"] / 1e9
            self.row(7, f"peak memory in GB, painting {side}×{side}, object {object_side}×{object_side}, {name}",
                     f"{peak:.3g} GB", "", peak, ("≤", target), job=f)

    def row8(self):
        command = ["evaluation", "--size", self.size, "--threads"]
        one, all_ = self.in_turn("evaluation with one thread and with all", self.a.rounds,
                                 lambda: self.ours(*command, 1), lambda: self.ours(*command, self.a.threads))
        a, b = (median([f["medianSeconds"] for f in side]) for side in (one, all_))
        self.row(8, f"row 1 with {self.a.threads} threads, against one thread's {a:.4g} s", f"{b:.4g} s", "", a / b,
                 ("≥", 1.8), oneThreadSeconds=a, seconds=b)

    def row9(self):
        # Pass 1 as long as by default: pass 2 falls as far.
        ours, theirs = self.job("builtin", self.loss, 1, "--iterations", f"{min(200, self.loss)},{self.loss}",
                                "--curve", self.curve)
        goal, whole = theirs[0]["passes"][1]["lastLoss"], theirs[0]["seconds"]
        with open(self.curve) as file:
            second_pass = [line for line in csv.DictReader(file) if line["pass"] == "2"]
        reached = next((line for line in second_pass if float(line["total"]) <= goal), None)
        what = (f"time to L2 {goal:.5g}, which PyTorch's {evaluations(theirs[0])} evaluations end with "
                f"(its lowest: {theirs[0]['passes'][1]['lowestLoss']:.5g})")
        if reached is None:
            lowest = ours[0]["passes"][1]["lowestLoss"]
            self.failed(9, f"{what}: not reached in {evaluations(ours[0])} evaluations, lowest {lowest:.5g}")
            return
        seconds = float(reached["seconds"])
        self.row(9, f"{what}: evaluation {reached['evaluation']} of pass 2", f"{seconds:.4g} s", f"{whole:.4g} s",
                 seconds / whole, ("≤", 1 / 25), oursJobs=ours, theirsJobs=theirs)

    def failed(self, number, reason):
        self.rows.append(dict(row=number, what=f"failed: {reason}", met=False))
        print_row(self.rows[-1])

    def run(self):
        for number in self.a.rows:
            try:
                getattr(self, f"row{number}")()
            except Failed as error:
                self.failed(number, error)


COLUMNS = "{:<4}{:>16}{:>16}{:>9}  {:<8} {:<4} {}"


def print_row(row):
    ratio = f"{row['ratio']:.3g}" if "ratio" in row else ""
    print(COLUMNS.format(row["row"], row.get("ours", ""), row.get("theirs", ""), ratio, row.get("target", ""),
                         "yes" if row["met"] else "no", row["what"]), flush=True)


def first_line(*command):
    try:
        lines = subprocess.run(command, capture_output=True, text=True, cwd=root).stdout.splitlines()
        return lines[0] if lines else ""
    except OSError:
        return ""


def machine(a):
    """What the figures were measured on and with."""
    cpu = platform.processor()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as info:
            cpu = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), cpu)
    return dict(cpu=cpu, cores=os.cpu_count(), threads=a.threads, system=platform.platform(),
                swift=first_line("swift", "--version"), commit=first_line("git", "describe", "--always", "--dirty"),
                **run_json([sys.executable, root / "Benchmarks/pytorch.py", "machine"]))


def numbers(text):
    return [int(n) for n in text.split(",")]


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rows", type=numbers, default=list(range(1, 10)), metavar="N,…", help="default: all of 1…9")
    p.add_argument("--rounds", type=int, default=5, help="of rows 1, 2, 5, 6, 8; the jobs of rows 3, 4, 9 are run once")
    p.add_argument("--threads", type=int, default=os.cpu_count(), help="of both; default: one for each core")
    p.add_argument("--quick", action="store_true", help="tiny sizes; the figures mean nothing")
    p.add_argument("--json", type=Path, default=root / ".build/comparison.json", help="where the figures go")
    p.add_argument("--binary", type=Path, help="benchmarks, already built")
    p.add_argument("--scene", type=Path, metavar="FOLDER", help="with target.jpg, naive.jpg and c_mask.jpg")
    for name in ["painting", "object", "mask", "loose-mask", "at"]:
        p.add_argument("--" + name)
    p.add_argument("--scale", type=float)
    a = p.parse_args()
    if not set(a.rows) <= set(range(1, 10)) or min(a.rounds, a.threads) < 1:
        p.error("--rows are of 1…9, --rounds and --threads start at 1")
    given = {"painting": a.painting, "object": a.object, "mask": a.mask, "loose-mask": a.loose_mask}
    if a.scene:
        given = dict(painting=a.scene / "target.jpg", object=a.scene / "naive.jpg", mask=a.scene / "c_mask.jpg")
    # As absolute paths: the benchmarks run in the repository's root.
    a.scene = [f"--{name}={Path(path).resolve()}" for name, path in given.items() if path]
    a.scene += [f"--{name}={value}" for name, value in [("at", a.at), ("scale", a.scale)] if value is not None]
    a.binary = a.binary and a.binary.resolve()
    return a


def main():
    a = arguments()
    try:
        about = machine(a)
    except Failed:
        sys.exit(1)  # pytorch.py has said what is missing
    if not a.binary:
        build = ["swift", "build", "-c", "release", "--product", "benchmarks"]
        if subprocess.run(build, cwd=root, stdout=sys.stderr).returncode:
            sys.exit("Error: benchmarks does not build")
        a.binary = DEFAULT_BINARY
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    print(COLUMNS.format("row", "ours", "PyTorch", "ratio", "target", "met", "what"))
    comparison = Comparison(a)
    comparison.run()
    a.json.parent.mkdir(parents=True, exist_ok=True)
    a.json.write_text(json.dumps(dict(machine=about, quick=a.quick, rows=comparison.rows), indent=1) + "\n")
    print(f"wrote {a.json}", file=sys.stderr)


if __name__ == "__main__":
    main()
