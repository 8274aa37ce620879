using EdgeAgent.Modeling.Bundling;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>
/// Learns from invented sensors alone to tell what normal readings of one channel look like from the same with a
/// fault. No recording is used, so the model is bound to no sensor, unit or rate, and to no data's licence.
/// </summary>
internal static class SingleChannelTraining
{
    // Windows from which the ranges of activations are taken.
    private const int RangeWindows = 8192;

    private enum Part : ulong { Windows, Weights, Order, Threshold }

    /// <param name="options">The recipe's constants.</param>
    /// <param name="seed">Decides everything random.</param>
    /// <param name="progress">Told what is going on, a line at a time.</param>
    public static FittedNetwork Fit(SingleChannelOptions options, ulong seed, Action<string> progress)
    {
        var random = new SplittableRandom(seed);
        progress($"inventing {options.Sensors} sensors of {options.SensorReadings} readings");
        var set = SensorWindows.Make(options, random.Split((ulong)Part.Windows));
        var inputs = options.Features.Count;
        var standardisation = Standardisation.Of(set.Features, inputs);
        var network = new Network([inputs, .. options.HiddenWidths, 1], options.Trainer.BatchSize, random.Split((ulong)Part.Weights));
        Trainer.Train(network, standardisation.Apply(set.Features), set.Targets, options.Trainer, random.Split((ulong)Part.Order),
            (epoch, loss) => progress(FormattableString.Invariant($"epoch {epoch} of {options.Trainer.Epochs}: loss {loss:0.0000}")));

        var exported = NetworkExport.ToOnnx(network, standardisation);
        var ranges = ActivationRanges.Measure(
            exported, set.Features.AsSpan(0, Math.Min(RangeWindows * inputs, set.Features.Length)).ToArray());
        var quantized = new StaticQuantizer(ranges).Quantize(exported);
        var calm = new FalseEvents(quantized, options, random.Split((ulong)Part.Threshold));
        var one = calm.Threshold();
        progress(FormattableString.Invariant(
            $"threshold {one:0.00}: one false event in {calm.ReadingsPerEvent(one):0} readings of {options.CalmSensors} further sensors"));
        return new FittedNetwork(exported, quantized, calm.Median, one, network.ParameterCount);
    }
}
