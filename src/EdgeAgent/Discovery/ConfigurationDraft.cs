using System.Text;
using EdgeAgent.Configuration;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Discovery;

/// <summary>Writes a proposed configuration: short, with a comment wherever something was guessed.</summary>
internal sealed class ConfigurationDraft(DraftSettings settings, IReadOnlyList<SourceProposal> sources)
{
    private const int CommentColumn = 40;
    private const int DetectorLimit = 6;
    private const string AnyChannel = "single-channel", Vibration = "vibration";
    private static readonly string[] Axes = ["x", "y", "z"];

    private readonly StringBuilder _text = new();

    public string Write()
    {
        _text.Append("# Proposed by `edgeagent config init` from " + Printable(settings.LookedAt) + ".\n"
            + "# The README explains it, deploy/edgeagent.toml has every key.\n");
        WriteAgent();
        foreach (var source in sources) WriteSource(source);
        WriteDetectors();
        WriteUpstream();
        return _text.ToString();
    }

    /// <summary>What the agent would say of a text; empty: nothing is wrong.</summary>
    public static IReadOnlyList<ConfigurationError> Errors(string text, string folder)
    {
        var errors = new List<ConfigurationError>();
        var root = TomlTree.Read(text, "proposal", errors);
        if (errors.Count == 0) AgentReader.Read(new TomlScope(root, "", folder, errors));
        return errors;
    }

    private void WriteAgent()
    {
        Table("agent");
        Line("site", Toml.Text(settings.Site), "part of the topic of every event");
        if (settings.State is { } state) Line("state", Toml.Text(state), "beside this file; a service uses /var/lib/edgeagent");
    }

    private void WriteSource(SourceProposal source)
    {
        Table($"sources.{source.Name}");
        _text.Append("# " + Cli.Words.Number(source.Shape.Topics.Count, "topic") + ", " + Cli.Words.Number(source.Trial.Devices.Count, "device")
            + ", " + Cli.Words.Number(source.Trial.Channels.Count, "channel") + ": " + Listed(source.Trial.Channels.Keys) + "\n");
        Line("mqtt", Connection(settings.Sensors.Url, $"topics = {Toml.List(source.Filters)}", isSensors: true), source.Remark);
        foreach (var line in source.Trial.Plan.Lines) Line(line.Key, line.Value, line.Comment ?? Remark(source, line.Key));
        foreach (var note in source.Notes) _text.Append("# " + note + "\n");
        if (source.Trial.Plan.TimeRemark is { } remark) _text.Append("# " + remark + "\n");
        else if (source.Trial.Source.Time is null && !source.Trial.HasGoodTimes)
            _text.Append(!FormatPlaces.HasPaths(source.Trial.Source.Decode) ? "# The time of arrival is taken: payloads say none\n"
                : "# time = \"PATH\": payloads say no time that could be; the time of arrival is taken\n");
        if (source.ZoneRemark is { } zone && source.Trial.Plan.Lines.All(l => l.Key != "time")) _text.Append("# " + zone + "\n");
        if (source.Watched.Count == 0)
            _text.Append("# No detector: what comes here does not move, or is of the devices themselves. Take the source out, or add one.\n");
    }

    private static string? Remark(SourceProposal source, string key) => key switch
    {
        "device" when source.Trial.Devices.Count > 0 => $"as {Printable(source.Trial.Devices.Order(StringComparer.Ordinal).First())}",
        "time" when source.ZoneRemark is { } zone => zone,
        "time" when source.Trial.HasGoodTimes && source.Time != source.Trial.Source.Time => $"{source.Time}: see the sender's clock",
        "channels" => "every number below; the payload's other numbers are left out",
        _ => null,
    };

    private void WriteDetectors()
    {
        _text.Append("\n# A model for any one channel judges each device by its own first readings. One of your own sees all channels of a device\n"
            + "# together: record with `edgeagent tap --save-readings normal.csv`, then `edgeagent-model fit` (docs/models.md).\n");
        var written = 0;
        // The best of each source before the second best of any.
        for (var rank = 0; rank < WatchedChannels.PerSourceLimit; rank++)
            foreach (var source in sources)
            {
                if (rank >= source.Watched.Count || (written >= DetectorLimit && rank > 0)) continue;
                var isVibration = source.HasBlocks && Axes.All(source.Trial.Channels.ContainsKey);
                if (isVibration && rank > 0) continue;
                WriteDetector(source, source.Watched[rank], isVibration);
                written++;
            }
    }

    private void WriteDetector(SourceProposal source, string channel, bool isVibration)
    {
        Table($"detectors.{source.Name}-{(isVibration ? Vibration : Toml.Key(channel))}");
        Line("source", Toml.Text(source.Name));
        Line("model", Toml.Text(Path.Combine(settings.Models, isVibration ? Vibration : AnyChannel)));
        if (!isVibration) Line("channel", Toml.Text(channel));
    }

    private void WriteUpstream()
    {
        var url = settings.Upstream ?? settings.Sensors.Url;
        var isSame = url == settings.Sensors.Url;
        IReadOnlyList<string> filters = isSame ? [.. sources.SelectMany(s => s.Filters)] : [];
        var topic = EventTopics.Find(filters);
        Table("upstream");
        if (topic is null) _text.Append("# Take care: the sources hear every topic of this broker, events included. Name their topics, or another broker.\n");
        else if (EventTopics.HearStatus(filters)) _text.Append("# The sources hear the agent's own status, too, and refuse it; naming their topics ends that.\n");
        Line("mqtt", Connection(url, $"topic = {Toml.Text(topic ?? "edgeagent-events/{site}/{device}/{detector}")}", isSame),
            isSame ? "the sensors' broker; better one that people or programs look at" : null);
    }

    private string Connection(string url, string more, bool isSensors)
    {
        var text = $"url = {Toml.Text(url)}, {more}";
        if (!isSensors) return $"{{ {text} }}";
        if (settings.Sensors.Username is { } user) text += $", username = {Toml.Text(user)}";
        if (settings.Sensors.PasswordFile is { } password) text += $", password_file = {Toml.Text(password)}";
        if (settings.Sensors.CaFile is { } ca) text += $", ca_file = {Toml.Text(ca)}";
        return $"{{ {text} }}";
    }

    private void Table(string name) => _text.Append("\n[" + name + "]\n");

    private void Line(string key, string value, string? comment = null)
    {
        var line = $"{key} = {value}";
        _text.Append(comment is null ? line : $"{line.PadRight(CommentColumn - 1)} # {comment}").Append('\n');
    }

    private static string Listed(IEnumerable<string> names)
    {
        var all = names.ToList();
        return Printable(string.Join(", ", all.Take(6))) + (all.Count > 6 ? $", {all.Count - 6} more" : "");
    }

    private static string Printable(string text) => Cli.Words.Printable(text);
}
