"""A ResNet-18 written from its paper with torchvision's names, as the other side of the tests of weights.

resnet18.py make WEIGHTS CASE         writes random weights, and an input x with its features y
resnet18.py check WEIGHTS CASE        reads weights; exits with 1 unless x has the features y
"""
import json
import struct
import sys

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width_in, width):
        super().__init__()
        stride = 1 if width_in == width else 2
        self.conv1 = nn.Conv2d(width_in, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride == 2:
            self.downsample = nn.Sequential(nn.Conv2d(width_in, width, 1, 2, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        return torch.relu(shortcut + self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x))))))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        widths = [64, 64, 128, 256, 512]
        for i in range(1, 5):
            setattr(self, f"layer{i}", nn.Sequential(Block(widths[i - 1], widths[i]), Block(widths[i], widths[i])))
        self.fc = nn.Linear(512, 1000)

    def forward(self, x):
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        return self.layer4(self.layer3(self.layer2(self.layer1(x)))).mean((2, 3))


def read(path):
    """A state dictionary, safetensors read by hand: the length of a header, the header, the numbers."""
    if not path.endswith(".safetensors"):
        return torch.load(path)
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    types = {"F32": torch.float32, "I64": torch.int64}
    state = {}
    for key, entry in header.items():
        first, end = entry["data_offsets"]
        flat = torch.frombuffer(bytearray(data[first:end]), dtype=types[entry["dtype"]])
        state[key] = flat.reshape(entry["shape"])
    return state


command, weights, case = sys.argv[1:]
model = ResNet()
if command == "make":
    torch.manual_seed(1)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.num_batches_tracked.fill_(7)
    model.eval()
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        torch.save({"x": x, "y": model(x)}, case)
    torch.save(model.state_dict(), weights)
else:
    missing, unexpected = model.load_state_dict(read(weights), strict=False)
    assert sorted(missing) == ["fc.bias", "fc.weight"] and not unexpected, (missing, unexpected)
    model.eval()
    wanted = read(case)
    with torch.no_grad():
        torch.testing.assert_close(model(wanted["x"]), wanted["y"], rtol=1e-4, atol=1e-4)
