"""Made autoencoder.onnx: a small convolutional autoencoder as PyTorch 1.13 exports it.

Kept as documentation; no test runs it. On purpose the export holds what cleaning must cope with: BatchNorm behind
Conv, Dropout, weights listed as inputs, a reshape by x.shape, an open batch axis.
"""
import torch
from torch import nn

LENGTH, CHANNELS, HIDDEN = 32, 2, 6


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(
            nn.Conv1d(CHANNELS, 16, 5, stride=2, padding=2), nn.BatchNorm1d(16), nn.ReLU(),
            nn.Conv1d(16, 32, 5, stride=2, padding=2), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.1))
        self.squeeze = nn.Linear(32 * LENGTH // 4, HIDDEN)
        self.widen = nn.Linear(HIDDEN, 32 * LENGTH // 4)
        self.up = nn.Sequential(
            nn.ConvTranspose1d(32, 16, 4, stride=2, padding=1), nn.ReLU(),
            nn.Upsample(scale_factor=2), nn.Conv1d(16, CHANNELS, 3, padding=1))

    def forward(self, window):                      # [batch, length, channels], as the manifest's layout says
        x = self.down(window.transpose(1, 2))
        x = torch.relu(self.widen(self.squeeze(x.reshape(x.shape[0], -1))))
        return self.up(x.view(x.shape[0], 32, LENGTH // 4)).transpose(1, 2)


def windows(count):
    """Slow waves under noise, about as calibrated readings look."""
    t = torch.arange(LENGTH).view(1, LENGTH, 1)
    phase, speed = 6.28 * torch.rand(count, 1, CHANNELS), 0.05 + 0.2 * torch.rand(count, 1, CHANNELS)
    return torch.sin(speed * t + phase) + 0.5 * torch.randn(count, LENGTH, CHANNELS)


torch.manual_seed(1)
torch.set_num_threads(1)
model = Autoencoder()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for step in range(1500):
    batch = windows(64)
    loss = ((model(batch) - batch) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
model.eval()
print("mean squared error at the end of training:", loss.item())
torch.onnx.export(
    model, windows(1), "autoencoder.onnx", opset_version=13,
    input_names=["window"], output_names=["reconstruction"],
    dynamic_axes={"window": {0: "batch"}, "reconstruction": {0: "batch"}},
    training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, keep_initializers_as_inputs=True)
