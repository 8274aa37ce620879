using EdgeAgent.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>A graph of images with an open batch axis, bound once to tensors of one batch, on one thread.</summary>
internal sealed class ImageSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtValue _input, _output;
    private readonly OrtIoBinding _binding;

    static ImageSession() => Telemetry.Disable();

    /// <param name="graph">The model as a file has it.</param>
    /// <param name="images">[batch, 3, size, size]</param>
    /// <param name="logits">[batch, classes]</param>
    /// <param name="batch">How many.</param>
    /// <param name="size">Of an image.</param>
    public ImageSession(byte[] graph, float[] images, float[] logits, int batch, int size)
    {
        _session = RuntimeSession.Open(graph);
        _input = OrtValue.CreateTensorValueFromMemory(images, [batch, ResNet50.Colours, size, size]);
        _output = OrtValue.CreateTensorValueFromMemory(logits, [batch, ResNet50.Classes]);
        _binding = _session.CreateIoBinding();
        _binding.BindInput(ResNet50.Input, _input);
        _binding.BindOutput(ResNet50.Output, _output);
    }

    public void Run() => _session.RunWithBinding(_options, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        _output.Dispose();
        _options.Dispose();
        _session.Dispose();
    }
}
