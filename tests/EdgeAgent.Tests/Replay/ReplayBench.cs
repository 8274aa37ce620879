using System.Globalization;
using EdgeAgent.Replay;
using EdgeAgent.TestData;

namespace EdgeAgent.Tests.Replay;

/// <summary>Replays recordings as a configuration of several sources says; the score is channel a, calibrated on two readings.</summary>
internal sealed class ReplayBench : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <param name="graph">The model; null: its score is its input.</param>
    public ReplayBench(byte[]? graph = null)
    {
        var model = TinyBundle.Write(_folder.File("sum"), TinyBundle.Sum("a"), graph ?? TinyBundle.SumModel(1));
        _folder.Write("edgeagent.toml", $$"""
            [agent]
            site = "plant"
            [sources.pumps]
            mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["$share/group/plant/+/telemetry"] }
            device = "topic[1]"
            time = "ts"
            channels = "values.*"
            [sources.fans]
            mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["fans/#", "plant/+/telemetry/fan"] }
            device = "{topic[0]}-{topic[1]}"
            time = "when"
            channels = ["a"]
            [sources.all]
            mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["fans/both/#"] }
            device = "topic[1]"
            time = "when"
            channels = ["a"]
            [detectors.pump]
            source = "pumps"
            model = "{{model}}"
            [detectors.fan]
            source = "fans"
            model = "{{model}}"
            [upstream]
            mqtt = { url = "mqtt://127.0.0.1:1883" }
            """);
    }

    public string File(string name) => _folder.File(name);

    /// <summary>A message of a pump, so many seconds after the start of 2026.</summary>
    public static string Pump(string pump, int second, float a) =>
        Line($"plant/{pump}/telemetry", $$$"""{"ts":{{{At(second)}}},"values":{"a":{{{Text(a)}}}}}""");

    public static string Fan(string topic, int second, float a) => Line(topic, $$$"""{"when":{{{At(second)}}},"a":{{{Text(a)}}}}""");

    public static string Line(string topic, string payload) => $$$"""{"topic":"{{{topic}}}","payload":{{{payload}}}}""";

    /// <summary>Replays a file of such lines; gives the summary and the reason why nothing was judged.</summary>
    public (string Summary, string? Nothing) Replay(IEnumerable<string> lines, string? source = null, bool isJson = false)
    {
        System.IO.File.WriteAllText(_folder.File("recording.jsonl"), string.Join('\n', lines));
        var request = new ReplayRequest(
            [_folder.File("recording.jsonl")], null, _folder.File("edgeagent.toml"), source, null, null, _folder.File("scores.csv"), null,
            null, null, isJson);
        using var output = new StringWriter();
        using var replay = new ReplayRun(request, ReplayOptions.Of(request)!);
        replay.Play(CancellationToken.None);
        if (isJson) replay.Summary.PrintJson(output);
        else replay.Summary.Print(output);
        return (output.ToString(), replay.Summary.WhyNothing);
    }

    /// <summary>What a replay tells of a table while it reads it.</summary>
    public string Notes(string table)
    {
        using var notes = new StringWriter();
        var request = new ReplayRequest(
            [_folder.Write("recording.csv", table)], null, _folder.File("edgeagent.toml"), null, null, null, null, null, null, null, false);
        using var replay = new ReplayRun(request, ReplayOptions.Of(request)!, notes);
        replay.Play(CancellationToken.None);
        return notes.ToString();
    }

    /// <summary>Device and detector of each judged reading.</summary>
    public IEnumerable<string> Judged =>
        System.IO.File.ReadLines(_folder.File("scores.csv")).Skip(1).Select(l => l.Split(',')).Select(l => $"{l[0]} {l[2]}");

    public void Dispose() => _folder.Dispose();

    private static long At(int second) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() + second;

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
}
