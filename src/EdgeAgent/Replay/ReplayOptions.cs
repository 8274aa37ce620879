using EdgeAgent.Cli;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Replay;

/// <summary>The configuration that a replay runs: the user's, or a small one around a bundle.</summary>
internal static class ReplayOptions
{
    private const string SourceName = "recording";

    /// <summary>Null when the configuration is not usable; then that has been said.</summary>
    public static AgentOptions? Of(ReplayRequest request)
    {
        if (request.Config is not null) return ConfigurationArgument.Load(request.Config);
        var model = Path.GetFullPath(request.Model!);
        var isMany = request.Channel is not null && IsMany(model);
        return new AgentOptions
        {
            Sources = [new SourceOptions { Name = SourceName, Device = "topic", ChannelsBelow = "values", Time = "ts" }],
            Detectors = [new DetectorOptions { Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(model)),
                Source = SourceName, Model = model, Channel = isMany ? null : request.Channel,
                Channels = isMany ? [.. request.Channel!.Split(',')] : [] }],
        };
    }

    private static bool IsMany(string model)
    {
        try
        {
            return ModelBundle.Load(model).TakesManyChannels;
        }
        catch (BundleException)
        {
            // Whoever uses it says what is wrong.
            return false;
        }
    }
}
