using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Cleaning;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Training;
using EdgeAgent.Modeling.TrainingData;

namespace EdgeAgent.Modeling.Recipes.Conv;

/// <summary>What a fit of an autoencoder yields, before it is put into a bundle.</summary>
/// <param name="Float">The network as trained, FP32.</param>
/// <param name="Quantized">The same in INT8.</param>
/// <param name="Parameters">Trained numbers.</param>
internal sealed record FittedAutoencoder(ModelProto Float, ModelProto Quantized, int Parameters);

/// <summary>
/// Learns to rebuild normal windows, drift included, through a narrow middle; what it cannot rebuild is unusual.
/// No label is used anywhere.
/// </summary>
internal static class ConvTraining
{
    private enum Part : ulong { Windows, Weights, Order }

    /// <param name="normals">What counts as normal.</param>
    /// <param name="options">The recipe's constants.</param>
    /// <param name="seed">Decides everything random.</param>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    public static FittedAutoencoder Fit(NormalSource normals, ConvOptions options, ulong seed, Action<string> progress)
    {
        var random = new SplittableRandom(seed);
        var channels = normals.Floors.Length;
        var windows = Windows(normals, options, options.TrainingWindows, random.Split((ulong)Part.Windows));
        var network = new ConvAutoencoder(
            options.Layers(channels), options.Normals.WindowLength, options.Trainer.BatchSize, random.Split((ulong)Part.Weights));
        progress($"{windows.Count} training windows, {network.ParameterCount} numbers to learn");
        network.Train(windows.Values, options.Trainer, random.Split((ulong)Part.Order),
            (epoch, loss) =>
                progress(FormattableString.Invariant($"epoch {epoch} of {options.Trainer.Epochs}: mean squared error {loss:0.0000}")));

        var exported = ConvExport.ToOnnx(network);
        var quantizer = new ModelQuantizer(
            ModelCleaner.Clean(exported, "the exported autoencoder"), windows.Thin(options.ThresholdWindows), new QuantizationOptions());
        return new FittedAutoencoder(exported, quantizer.Write(), network.ParameterCount);
    }

    /// <summary>Windows of normal operation, with a little drift added.</summary>
    private static WindowSet Windows(NormalSource normals, ConvOptions options, int count, SplittableRandom random)
    {
        var (length, channels) = (options.Normals.WindowLength, normals.Floors.Length);
        var values = new float[count * length * channels];
        for (var w = 0; w < count; w++)
        {
            var window = values.AsSpan(w * length * channels, length * channels);
            normals.Draw(random, window);
            DriftNoise.Add(window, channels, options.Normals.DriftAdded, random);
            foreach (ref var value in window)
                value = Math.Clamp(value, -options.Normals.Clip, options.Normals.Clip);
        }
        return new WindowSet(values, [length, channels]);
    }
}
