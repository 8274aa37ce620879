using System.Diagnostics;
using EdgeAgent.Modeling.Cleaning;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Training;
using Google.Protobuf;

namespace EdgeAgent.Modeling.Benchmarks;

/// <summary>A generated ResNet-50 on images that are noise: bytes in, the five likeliest classes out.</summary>
internal sealed class ResNetStages : IStagedModel
{
    private const int Likeliest = 5, QuantizingImages = 2;
    private const ulong Seed = 7;
    // Mean and spread of ImageNet's colours, as trained networks have them.
    private static readonly float[] Means = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Spreads = [0.229f, 0.224f, 0.225f];

    private readonly byte[] _file;
    private readonly int _size;
    private readonly byte[] _pixels;
    private readonly float[] _images;
    private readonly float[] _logits;
    private readonly float[] _shares = new float[ResNet50.Classes];
    private readonly int[] _order = new int[ResNet50.Classes];
    private ImageSession? _session;

    /// <param name="size">Height and width of an image.</param>
    /// <param name="batch">Images of a run.</param>
    /// <param name="isInteger">Whether it is quantized.</param>
    public ResNetStages(int size, int batch, bool isInteger)
    {
        (_size, Batch) = (size, batch);
        Name = $"resnet50 {size}×{size} {(isInteger ? "INT8" : "FP32")}";
        _pixels = new byte[batch * size * size * ResNet50.Colours];
        var random = new SplittableRandom(Seed);
        foreach (ref var pixel in _pixels.AsSpan()) pixel = (byte)random.Below(256);
        _images = new float[_pixels.Length];
        _logits = new float[batch * ResNet50.Classes];
        var graph = ResNet50.Make(size);
        _file = (isInteger ? Quantize(graph, size) : graph).ToByteArray();
    }

    public string Name { get; }
    public int Batch { get; }

    public TimeSpan Load()
    {
        _session?.Dispose();
        var began = Stopwatch.GetTimestamp();
        _session = new ImageSession(_file, _images, _logits, Batch, _size);
        return Stopwatch.GetElapsedTime(began);
    }

    public void Preprocess() => Normalise(_pixels, _images, _size);

    public void Infer() => _session!.Run();

    /// <summary>Shares of the classes, and which five are the largest.</summary>
    public void Postprocess()
    {
        for (var image = 0; image < Batch; image++)
        {
            var logits = _logits.AsSpan(image * ResNet50.Classes, ResNet50.Classes);
            System.Numerics.Tensors.TensorPrimitives.SoftMax(logits, _shares);
            for (var i = 0; i < _order.Length; i++) _order[i] = i;
            Array.Sort(_order, (a, b) => _shares[b].CompareTo(_shares[a]));
        }
    }

    /// <summary>Classes of the last image, the likeliest first.</summary>
    public ReadOnlySpan<int> Classes => _order.AsSpan(0, Likeliest);

    /// <summary>The logits of all images.</summary>
    public ReadOnlySpan<float> Logits => _logits;

    public void Dispose() => _session?.Dispose();

    /// <summary>Bytes, pixel by pixel, become floats, colour by colour.</summary>
    private static void Normalise(ReadOnlySpan<byte> pixels, Span<float> images, int size)
    {
        var area = size * size;
        for (var image = 0; image < pixels.Length / (area * ResNet50.Colours); image++)
            for (var colour = 0; colour < ResNet50.Colours; colour++)
            {
                var (from, to) = (image * area * ResNet50.Colours + colour, (image * ResNet50.Colours + colour) * area);
                var (scale, shift) = (1 / (255 * Spreads[colour]), Means[colour] / Spreads[colour]);
                for (var i = 0; i < area; i++) images[to + i] = pixels[from + i * ResNet50.Colours] * scale - shift;
            }
    }

    private static ModelProto Quantize(ModelProto graph, int size)
    {
        var (pixels, random) = (new byte[QuantizingImages * size * size * ResNet50.Colours], new SplittableRandom(Seed + 1));
        foreach (ref var pixel in pixels.AsSpan()) pixel = (byte)random.Below(256);
        var images = new float[pixels.Length];
        Normalise(pixels, images, size);
        var windows = new WindowSet(images, [ResNet50.Colours, size, size]);
        return new ModelQuantizer(
            ModelCleaner.Clean(graph, "resnet50"), windows, new QuantizationOptions { Ranges = RangeMethod.MinMax }).Write();
    }
}
