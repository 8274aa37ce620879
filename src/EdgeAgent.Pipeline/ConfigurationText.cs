using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeAgent.Files;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Delivery;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Gpio;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;
using EdgeAgent.Pipeline.State;

namespace EdgeAgent.Pipeline;

/// <summary>
/// What the parts of a configuration say, with the digests of the files that they name: two parts mean the same when their texts
/// are equal, whatever comments and order the files had. Never shown: it is for comparing only.
/// </summary>
internal sealed class ConfigurationText
{
    public ConfigurationText(AgentOptions options)
    {
        Models = options.Detectors.Select(d => d.Model).Distinct().ToDictionary(folder => folder, OfModel);
        Sources = options.Sources.ToDictionary(
            s => s.Name,
            s => Json(s, ConfigurationJson.Default.SourceOptions) + Digests(FilesOf(s.Mqtt).Concat(FilesOf(s.Share))));
        Detectors = options.Detectors.ToDictionary(d => d.Name, d => TextOf(d, options));
        Lines = string.Join(
            '\n', options.Rules.Select(r => r.Gpio).OfType<GpioOptions>().Select(g => Json(g, ConfigurationJson.Default.GpioOptions)))
            + string.Join('\n', options.Gates.Select(g => Json(g, ConfigurationJson.Default.GateOptions)));
        Events = Json(options.Upstream.Events, ConfigurationJson.Default.EventOptions);
        Delivery = Json(options.Upstream.Delivery, ConfigurationJson.Default.DeliveryOptions) + Digests(FilesOf(options.Upstream.Mqtt));
        Health = string.Join(' ', options.Health.Hosts.Prepend(options.Health.Listen ?? ""));
        Serving = options.Serve.Listen is null ? "" : string.Join(
            '\n', options.Serve.Folders().Select(OfModel).Concat(options.Health.Hosts).Prepend(options.Serve.ToString()));
        Agent = string.Join(
            '\n', options.Site, options.Id, Json(options.State, ConfigurationJson.Default.StateOptions), options.Lanes, options.IsDemo)
            + Json(options.Gpio, ConfigurationJson.Default.LineSettings)
            + Json(options.Upstream.Outbox, ConfigurationJson.Default.OutboxOptions);
    }

    /// <summary>The models by their folder.</summary>
    public IReadOnlyDictionary<string, string> Models { get; }
    public IReadOnlyDictionary<string, string> Sources { get; }
    /// <summary>Each with its rules, its gates, its model and what makes a reading.</summary>
    public IReadOnlyDictionary<string, string> Detectors { get; }
    /// <summary>GPIO lines.</summary>
    public string Lines { get; }
    public string Events { get; }
    public string Delivery { get; }
    public string Health { get; }
    public string Serving { get; }
    /// <summary>What every room is built on: a change of it begins everything anew.</summary>
    public string Agent { get; }

    /// <summary>What the files of a bundle hold; of one that cannot be used, what is wrong with it.</summary>
    private static string OfModel(string folder)
    {
        try
        {
            // What else lies there, such as a card, says nothing of the model.
            return ModelBundle.Load(folder).Digest;
        }
        catch (BundleException e)
        {
            return e.Message;
        }
    }

    private string TextOf(DetectorOptions detector, AgentOptions options)
    {
        var rules = options.Rules.Where(r => r.Detector is null || r.Detector == detector.Name).ToList();
        var gates = rules.Select(r => r.Gate).Append(detector.Gate).OfType<string>().Distinct();
        return Json(detector, ConfigurationJson.Default.DetectorOptions) + Models[detector.Model]
            + string.Join('\n', options.Sources.Find(s => s.Name == detector.Source)?.Channels.Select(c => c.Name) ?? [])
            + Json(options.Sources.Find(s => s.Name == detector.Source)?.Reading ?? new(), ConfigurationJson.Default.ReadingOptions)
            + string.Join('\n', rules.Select(r => Json(r, ConfigurationJson.Default.RuleOptions)))
            + string.Join(
                '\n', options.Gates.Where(g => gates.Contains(g.Name)).Select(g => Json(g, ConfigurationJson.Default.GateOptions)));
    }

    private static string Json<T>(T part, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Serialize(part, type);

    private static IEnumerable<string> FilesOf(MqttOptions mqtt) =>
        new[] { mqtt.PasswordFile, mqtt.CaFile, mqtt.CertFile, mqtt.KeyFile }.OfType<string>();

    private static IEnumerable<string> FilesOf(ShareOptions? share) => share?.SecretFile is { } file ? [file] : [];

    private static string Digests(IEnumerable<string> files)
    {
        var all = new StringBuilder();
        foreach (var file in files)
            all.Append('\n').Append(file).Append(' ').Append(Digest(file));
        return all.ToString();
    }

    /// <summary>A file that cannot be read differs from what it was.</summary>
    private static string Digest(string file)
    {
        try
        {
            using var stream = NamedFile.Open(file, FileLimits.Model);
            return Convert.ToHexStringLower(Sha256.Hash(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

/// <summary>The parts of a configuration as text. Numbers in it are finite, and it is never read back.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(SourceOptions))]
[JsonSerializable(typeof(ReadingOptions))]
[JsonSerializable(typeof(DetectorOptions))]
[JsonSerializable(typeof(RuleOptions))]
[JsonSerializable(typeof(GpioOptions))]
[JsonSerializable(typeof(GateOptions))]
[JsonSerializable(typeof(EventOptions))]
[JsonSerializable(typeof(DeliveryOptions))]
[JsonSerializable(typeof(StateOptions))]
[JsonSerializable(typeof(LineSettings))]
[JsonSerializable(typeof(OutboxOptions))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
