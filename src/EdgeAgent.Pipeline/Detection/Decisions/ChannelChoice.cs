using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>Whether a detector's <c>channel</c> fits its model and its source.</summary>
public static class ChannelChoice
{
    /// <summary>Says what is wrong and what to write, or null when all is well.</summary>
    /// <remarks>Where a source takes whatever channels come, only the readings can tell how many there are.</remarks>
    public static string? Problem(DetectorOptions detector, SourceOptions? source, ModelBundle bundle)
    {
        var model = bundle.Manifest.Name;
        if (bundle.TakesManyChannels) return NamedChannels.Problem(detector, source, bundle);
        if (detector.Channels.Count > 0)
            return $"detectors.{detector.Name}.channels is for models of any number of channels; {model} "
                + (bundle.TakesAnyChannel ? "judges one: write channel = \"…\"" : "names its channels itself; leave the key out");
        if (!bundle.TakesAnyChannel)
            return detector.Channel is { } superfluous
                ? $"detectors.{detector.Name}.channel is \"{superfluous}\", but the model {model} names its channels itself ({string.Join(", ", bundle.ChannelNames)}); leave the key out"
                : null;
        if (detector.Channel is not null || source is not { Channels.Count: > 1 }) return null;
        var names = source.Channels.Select(c => c.Name).ToArray();
        return $"detectors.{detector.Name}: the model {model} judges one channel, and the source {source.Name} has {string.Join(", ", names)}; "
            + $"name one, as in channel = \"{names[0]}\", and write a detector for each further one";
    }
}
