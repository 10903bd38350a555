"""Writes training.safetensors: what PyTorch, in double precision, makes of LeNet-5 in one step of each optimizer, and the
losses of ten. Needs torch, numpy and pillow; run it here.

Step k looks at the 50 digits (101·i + 391·k) mod 5000 of samples/digits.png, 20×20 values in 0…1 each. `start.*` are the
parameters before, in PyTorch's shapes, `gradient.*` the first step's gradients. `OPTIMIZER.step` holds every sixteenth of
the parameters after it, of all tensors one behind the other, `OPTIMIZER.losses` those before steps 0 … 9. L-BFGS looks at
the first batch all the time.
"""
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

RATES = {"sgd": 0.1, "momentum": 0.02, "nesterov": 0.02, "rmsprop": 0.001, "adam": 0.002, "lbfgs": 1}
SHAPES = {
    "conv1": (6, 1, 5, 5), "conv2": (16, 6, 5, 5), "fc3": (120, 16, 3, 3), "fc4": (84, 120, 1, 1), "fc5": (10, 84, 1, 1),
}


def start():
    generator = torch.Generator().manual_seed(5)
    parameters = {}
    for name, shape in SHAPES.items():
        fan = np.prod(shape[1:])
        weight = torch.randn(shape, generator=generator) * (2 / fan) ** 0.5
        bias = torch.randn(shape[0], generator=generator) * 0.05
        parameters |= {f"{name}.weight": weight.float().double(), f"{name}.bias": bias.float().double()}
    return parameters


def scores(x, p):
    x = F.max_pool2d(F.relu(F.conv2d(x, p["conv1.weight"], p["conv1.bias"], padding=2)), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, p["conv2.weight"], p["conv2.bias"])), 2).flatten(1)
    x = F.relu(F.linear(x, p["fc3.weight"].flatten(1), p["fc3.bias"]))
    x = F.relu(F.linear(x, p["fc4.weight"].flatten(1), p["fc4.bias"]))
    return F.linear(x, p["fc5.weight"].flatten(1), p["fc5.bias"])


def digits():
    sheet = np.asarray(Image.open("../../../samples/digits.png").convert("L")) / 255.0
    return torch.tensor(sheet.reshape(50, 20, 100, 20).transpose(0, 2, 1, 3).reshape(5000, 1, 20, 20))


def optimizer(name, parameters):
    rate = RATES[name]
    return {
        "sgd": lambda: torch.optim.SGD(parameters, lr=rate),
        "momentum": lambda: torch.optim.SGD(parameters, lr=rate, momentum=0.9),
        "nesterov": lambda: torch.optim.SGD(parameters, lr=rate, momentum=0.9, nesterov=True),
        "rmsprop": lambda: torch.optim.RMSprop(parameters, lr=rate),
        "adam": lambda: torch.optim.Adam(parameters, lr=rate),
        "lbfgs": lambda: torch.optim.LBFGS(parameters, lr=rate, max_iter=1, history_size=10),
    }[name]()


def vector(parameters):
    return torch.cat([p.detach().flatten() for p in parameters.values()])


def main():
    sheet = digits()
    tensors = {f"start.{name}": value for name, value in start().items()}
    for name in RATES:
        p = {key: value.clone().requires_grad_(True) for key, value in start().items()}
        method, losses = optimizer(name, list(p.values())), []
        for step in range(10):
            index = (101 * torch.arange(50) + (0 if name == "lbfgs" else 391 * step)) % 5000

            def closure():
                method.zero_grad()
                loss = F.cross_entropy(scores(sheet[index], p), index // 500)
                loss.backward()
                return loss

            losses.append(closure().item())
            if name == "sgd" and step == 0:
                tensors |= {f"gradient.{key}": value.grad.clone() for key, value in p.items()}
            method.step(closure)
            if step == 0:
                tensors[f"{name}.step"] = vector(p)[::16]
        tensors[f"{name}.losses"] = torch.tensor(losses, dtype=torch.double)
    header, data = {}, b""
    for name, value in tensors.items():
        values = value.detach().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    with open("training.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    main()
