"""The residual block that our CNNs are made of, and the one convolution that PyTorch gets wrong.

On a processor, the backward pass of a 1x1 convolution with a stride, channels last, writes beyond
its memory for some widths and odd batches (PyTorch 2.15: `nn.Conv2d(12, 24, 1, 2)` on a batch of 29
ends in 'double free or corruption'). Every other pixel taken first and convolved without a stride
is the same arithmetic, and sound.
"""

from torch import Tensor, nn
from torch.nn import functional as F


class Pointwise(nn.Conv2d):
    """A 1x1 convolution whose stride is taken before it. Weights as those of `nn.Conv2d`."""

    def forward(self, input: Tensor) -> Tensor:
        """(B, inputs, H, W) to (B, outputs, ceil(H / stride), ceil(W / stride))."""
        rows, columns = self.stride
        return F.conv2d(input[:, :, ::rows, ::columns], self.weight, self.bias, groups=self.groups)


def without_strided_pointwise(network: nn.Module) -> nn.Module:
    """The network of somebody else's, its 1x1 convolutions with a stride made sound in place.

    Raises ValueError for one that is padded, which `Pointwise` cannot stand for.
    """
    for module in network.modules():
        if type(module) is nn.Conv2d and module.kernel_size == (1, 1) and module.stride != (1, 1):
            if module.padding != (0, 0):
                raise ValueError(f"{module} has a stride and a border: its gradient is not sound")
            module.__class__ = Pointwise
    return network


class Residual(nn.Module):
    """Two 3x3 convolutions and a shortcut: the basic block of He et al. 2016.

    Where it reduces the map, the shortcut takes the mean of the pixels rather than one of them (He
    et al. 2019, Bag of tricks for image classification): none is dropped, and on a processor the
    gradient of a mean takes half the time of that of every other pixel.
    """

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        shortcut: list[nn.Module] = []
        if stride > 1:
            shortcut.append(nn.AvgPool2d(stride, ceil_mode=True, count_include_pad=False))
        if inputs != outputs:
            shortcut += [nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
        self.shortcut = nn.Sequential(*shortcut)
        self.activation = nn.ReLU(inplace=True)

    def forward(self, maps: Tensor) -> Tensor:
        """(B, inputs, H, W) to (B, outputs, ceil(H / stride), ceil(W / stride))."""
        result: Tensor = self.activation(self.body(maps) + self.shortcut(maps))
        return result
