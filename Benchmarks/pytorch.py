"""What the same work takes in PyTorch: compare.py runs this, each measurement in a process of its own.

    pytorch.py machine
    pytorch.py evaluation [--size 512] [--width 1.0] [--repeats 6] [--threads N]
    pytorch.py job --pictures FOLDER [--model builtin|random|randomWIDTH] [--iterations N[,M]] [--threads N]

Each prints one JSON object with the names that `benchmarks` uses. FOLDER is what `benchmarks composite` wrote.
"""
import argparse, ctypes, json, resource, struct, sys, time
from pathlib import Path

root = Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True  # the oracle's folder is copied into the tests as it is
sys.path.insert(0, str(root / "Tests/HarmonizationTests/Fixtures"))

try:
    import numpy as np
    import torch
    import PIL
except ImportError as error:
    sys.exit(f"Error: {error.name} is missing\nHint: pip install numpy pillow, and torch==2.13.0 with "
             "--index-url https://download.pytorch.org/whl/cpu")
import painterly as oracle


def memory(key):
    """VmHWM (the peak) or VmRSS of this process in bytes. Not getrusage where there is a choice: its peak survives
    exec, so a child would show its parent's."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(key + ":"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def trim():
    """Gives freed memory back, so that VmRSS is what is in use."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except AttributeError:
        pass


def median(values):
    values = sorted(values)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2 if values else None


def evaluation(a):
    """Forward to the five taps, and backward to the pixels of the sum of the means of the squared features."""
    net = oracle.VGG16(oracle.random_vgg(0, a.width))
    x = torch.rand(3, a.size, a.size).requires_grad_(True)
    trim()
    ready, seconds = memory("VmRSS"), []
    for _ in range(a.repeats):
        start = time.perf_counter()
        features = net(x, ["1_1", "2_1", "3_1", "4_1", "5_1"])
        loss = sum((v * v).mean() for v in features.values())
        loss.backward()
        x.grad = None
        seconds.append(time.perf_counter() - start)
    peak = memory("VmHWM")
    return dict(size=a.size, width=a.width, threads=torch.get_num_threads(), loss=float(loss.detach()),
                medianSeconds=median(seconds[1:]), bestSeconds=min(seconds), peakBytes=peak, readyBytes=ready,
                activationBytes=peak - ready)


def built_in():
    """The network of models/vgg16-quarter.bin; `Weights.encoded()` describes the format."""
    data = (root / "models/vgg16-quarter.bin").read_bytes()
    assert data[:8] == b"HARMNET\n", "not a weights file"
    _, pooling, count = struct.unpack_from("<3I", data, 8)
    mean, std = np.frombuffer(data, "<f4", 6, 20).reshape(2, 3)
    assert np.allclose(mean, oracle.MEAN.flatten()) and np.allclose(std, oracle.STD.flatten()), "the oracle's are fixed"
    position, weights = 44, {}
    for _ in range(count):
        length, = struct.unpack_from("<I", data, position)
        name = data[position + 4:position + 4 + length].decode()
        *shape, offset = struct.unpack_from("<4IQ", data, position + 4 + length)
        kernels = np.frombuffer(data, "<f4", int(np.prod(shape)), offset)
        bias = np.frombuffer(data, "<f4", shape[0], offset + kernels.nbytes)
        weights[name.removeprefix("conv")] = (torch.tensor(kernels.reshape(shape)), torch.tensor(bias))
        position += 28 + length
    return oracle.VGG16(weights, "avg" if pooling else "max")


class TimedHarmonizer(oracle.Harmonizer):
    """The oracle, noting when each evaluation starts."""

    def terms1(self):
        return self.timed(super().terms1())

    def terms2(self, stage1):
        return self.timed(super().terms2(stage1))

    def timed(self, terms):
        self.starts = []

        def noting(x):
            self.starts.append(time.perf_counter())
            return terms(x)
        return noting

    def figures(self, began, losses):
        return dict(seconds=time.perf_counter() - began, setUpSeconds=self.starts[0] - began,
                    evaluationSeconds=median([b - a for a, b in zip(self.starts, self.starts[1:])]),
                    evaluations=len(losses), firstLoss=losses[0], lastLoss=losses[-1], lowestLoss=min(losses))


def job(a):
    """Both passes, from reading the pictures on."""
    net = built_in() if a.model == "builtin" else oracle.VGG16(oracle.random_vgg(0, float(a.model[6:] or 1)))
    first, second = (a.iterations * 2)[:2]
    start = time.perf_counter()
    painting = oracle.load_image(a.pictures / "painting.png")
    loose = a.pictures / "loose-mask.png"
    harmonizer = TimedHarmonizer(
        net, painting, oracle.load_image(a.pictures / "composite.png"),
        oracle.load_image(a.pictures / "mask.png", True),
        (oracle.load_image(loose, True) >= 0.1).float() if loose.exists() else None)
    stage1, losses = harmonizer.stage1(first)
    passes = [harmonizer.figures(start, losses)]
    began = time.perf_counter()
    _, losses = harmonizer.stage2(stage1, second)
    passes.append(harmonizer.figures(began, losses))
    return dict(painting=[painting.shape[2], painting.shape[1]], model=a.model, threads=torch.get_num_threads(),
                seconds=time.perf_counter() - start, passes=passes, peakBytes=memory("VmHWM"))


def machine(_):
    return dict(python=sys.version.split()[0], torch=torch.__version__, numpy=np.__version__)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    commands.add_parser("machine").set_defaults(run=machine)
    p = commands.add_parser("evaluation")
    p.add_argument("--size", type=int, default=512)
    p.add_argument("--width", type=float, default=1.0)
    p.add_argument("--repeats", type=int, default=6)
    p.add_argument("--threads", type=int)
    p.set_defaults(run=evaluation)
    p = commands.add_parser("job")
    p.add_argument("--pictures", type=Path, required=True)
    p.add_argument("--model", default="builtin")
    p.add_argument("--iterations", type=lambda text: [int(n) for n in text.split(",")], default=[200])
    p.add_argument("--threads", type=int)
    p.set_defaults(run=job)
    a = parser.parse_args()
    if getattr(a, "threads", None):
        torch.set_num_threads(a.threads)
    print(json.dumps(a.run(a)))


if __name__ == "__main__":
    main()
