"""The networks that diarist imports as PyTorch modules, of any sizes: to be saved, exported, and run for comparison.

The defaults are those of segmentation-3.0 and WeSpeaker's ResNet34. PyTorch is imported where it is needed: a script may
have to make an environment with it first.
"""


def embedding_module(tensors=None, blocks=(3, 4, 6, 3), channels=(32, 64, 128, 256), dimensions=256, bottleneck=False):
    """A WeSpeaker ResNet: features [batch, frames, 80] to embeddings [batch, dimensions]."""
    import torch
    from torch import nn

    def shortcut(inputs, outputs, stride):
        if stride == 1 and inputs == outputs:
            return nn.Sequential()
        return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    class Block(nn.Module):
        def __init__(self, inputs, width, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(width)
            self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(width)
            self.shortcut = shortcut(inputs, width, stride)

        def forward(self, x):
            y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
            return torch.relu(y + self.shortcut(x))

    class Bottleneck(nn.Module):
        def __init__(self, inputs, width, stride):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width)
            self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
            self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
            self.shortcut = shortcut(inputs, 4 * width, stride)

        def forward(self, x):
            y = torch.relu(self.bn1(self.conv1(x)))
            y = torch.relu(self.bn2(self.conv2(y)))
            return torch.relu(self.bn3(self.conv3(y)) + self.shortcut(x))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            inputs = channels[0]
            self.conv1, self.bn1 = nn.Conv2d(1, inputs, 3, 1, 1, bias=False), nn.BatchNorm2d(inputs)
            for layer, (count, width) in enumerate(zip(blocks, channels), 1):
                stage = []
                for block in range(count):
                    stride = 2 if layer > 1 and block == 0 else 1
                    stage.append((Bottleneck if bottleneck else Block)(inputs, width, stride))
                    inputs = 4 * width if bottleneck else width
                setattr(self, f"layer{layer}", nn.Sequential(*stage))
            self.seg_1 = nn.Linear(2 * 10 * inputs, dimensions)

        def forward(self, features):
            x = features.permute(0, 2, 1).unsqueeze(1)
            x = torch.relu(self.bn1(self.conv1(x)))
            for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
                x = layer(x)
            mean, deviation = x.mean(-1), torch.sqrt(torch.var(x, -1) + 1e-7)
            return self.seg_1(torch.cat((mean.flatten(1), deviation.flatten(1)), 1))

    net = Net().eval()
    if tensors is not None:
        net.load_state_dict(tensors, strict=False)
    return net


def segmentation_module(
    tensors=None, filters=80, channels=(60, 60), layers=4, hidden=128, linear=(128, 128), classes=7
):
    """pyannote's segmentation net: samples [batch, 1, samples] to log-probabilities [batch, frames, classes]."""
    import torch
    from torch import nn

    class Filters(nn.Module):
        def __init__(self):
            super().__init__()
            bands = filters // 2
            self.low_hz_, self.band_hz_ = nn.Parameter(torch.zeros(bands, 1)), nn.Parameter(torch.zeros(bands, 1))
            self.register_buffer("window_", torch.zeros(125))
            self.register_buffer("n_", torch.zeros(1, 125))

    class FilterLayer(nn.Module):
        def __init__(self):
            super().__init__()
            self.filterbank = Filters()

        def forward(self, x):
            f = self.filterbank
            low = 50 + f.low_hz_.abs()
            high = torch.clamp(low + 50 + f.band_hz_.abs(), 50, 8000)
            band = high - low
            lows, highs = low @ f.n_, high @ f.n_
            even = (torch.sin(highs) - torch.sin(lows)) / (f.n_ / 2) * f.window_
            odd = (torch.cos(lows) - torch.cos(highs)) / (f.n_ / 2) * f.window_
            even = torch.cat([even, 2 * band, even.flip(1)], 1)
            odd = torch.cat([odd, torch.zeros_like(band), -odd.flip(1)], 1)
            taps = torch.cat([even, odd]) / (2 * torch.cat([band, band]))
            return nn.functional.conv1d(x, taps.view(filters, 1, 251), stride=10)

    class SincNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.wav_norm1d = nn.InstanceNorm1d(1, affine=True)
            widths = (filters, *channels)
            self.conv1d = nn.ModuleList(
                [FilterLayer(), *(nn.Conv1d(before, after, 5) for before, after in zip(widths, channels))]
            )
            self.norm1d = nn.ModuleList([nn.InstanceNorm1d(n, affine=True) for n in widths])

        def forward(self, x):
            x = self.wav_norm1d(x)
            for index, (convolution, norm) in enumerate(zip(self.conv1d, self.norm1d)):
                x = convolution(x).abs() if index == 0 else convolution(x)
                x = nn.functional.leaky_relu(norm(nn.functional.max_pool1d(x, 3, 3)))
            return x

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.sincnet = SincNet()
            self.lstm = nn.LSTM(channels[-1], hidden, layers, bidirectional=True, batch_first=True)
            widths = (2 * hidden, *linear)
            self.linear = nn.ModuleList([nn.Linear(before, after) for before, after in zip(widths, linear)])
            self.classifier = nn.Linear(linear[-1], classes)

        def forward(self, x):
            x, _ = self.lstm(self.sincnet(x).permute(0, 2, 1))
            for layer in self.linear:
                x = nn.functional.leaky_relu(layer(x))
            return nn.functional.log_softmax(self.classifier(x), -1)

    net = Net().eval()
    if tensors is not None:
        net.load_state_dict(tensors)
    return net
