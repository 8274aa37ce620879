using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>Which channels a bundle for any number of them judges under a detector.</summary>
public static class NamedChannels
{
    /// <summary>
    /// The detector with the channels that it names or its source lists, where the bundle takes any number; otherwise as it is.
    /// </summary>
    public static DetectorOptions Of(DetectorOptions detector, SourceOptions? source, ModelBundle bundle) =>
        !bundle.TakesManyChannels || detector.Channels.Count > 0 ? detector
        : detector with { Channels = [.. (source?.Channels ?? []).Select(c => c.Name)] };

    /// <summary>The bundle for these channels, where it takes any number.</summary>
    /// <exception cref="BundleException">They do not fit it.</exception>
    public static ModelBundle Bundle(DetectorOptions named, ModelBundle bundle) =>
        bundle.TakesManyChannels ? bundle.For(named.Channels) : bundle;

    /// <summary>Says what is wrong and what to write, or null when all is well.</summary>
    public static string? Problem(DetectorOptions detector, SourceOptions? source, ModelBundle bundle)
    {
        var (key, model) = ($"detectors.{detector.Name}", bundle.Manifest.Name);
        if (detector.Channel is { } one)
            return $"{key}.channel is \"{one}\"; the model {model} judges many channels: write channels = [\"{one}\", …]";
        var named = Of(detector, source, bundle);
        if (named.Channels.Count == 0)
            return $"{key}: the model {model} judges many channels, and the source {detector.Source} does not list its own; "
                + "name them, as in channels = [\"pressure\", \"temperature\"]";
        try
        {
            Bundle(named, bundle);
            return null;
        }
        catch (BundleException e)
        {
            return $"{key}.channels: {e.Message}";
        }
    }
}
