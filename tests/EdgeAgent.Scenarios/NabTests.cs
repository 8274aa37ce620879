using System.Globalization;
using System.Text.Json;

namespace EdgeAgent.Scenarios;

/// <summary>
/// The bundle for any one channel over real recordings that it has never seen: scored by NAB's rule where EDGEAGENT_SHARED
/// names the folder that holds <c>nab</c>, and on any machine over a sensor that fails.
/// </summary>
public sealed class NabTests
{
    private static readonly string Model = Path.Combine(Repository.Root, "models/single-channel");
    private static readonly string? Nab = LargeRecordings.Folder("nab");

    [Fact]
    public async Task It_scores_on_real_recordings_what_the_card_says()
    {
        if (Nab is null)
        {
            await A_sensor_that_fails_is_found_and_named("level", "value");
            return;
        }
        using var folder = new TempFolder();
        var detections = await Detections(folder, Nab);

        // As the card says, with room for the last bits of another processor's logarithms.
        Assert.InRange(Score("machine_temperature_system_failure", detections), 88, 97);
        Assert.InRange(Score("ambient_temperature_system_failure", detections), 84, 93);
        Assert.InRange(Score("cpu_utilization_asg_misconfiguration", detections), 87, 96);
        Assert.InRange(Score("ec2_request_latency_system_failure", detections), 75, 85);
    }

    [Theory]
    [InlineData("level", "value")]
    [InlineData("level", "value,level", "--channel", "level")]
    public async Task A_sensor_that_fails_is_found_and_named(string expected, string columns, params string[] arguments)
    {
        using var folder = new TempFolder();
        var recording = folder.File("tank.csv");
        var names = columns == "value" ? ["level"] : columns.Split(',');
        await File.WriteAllTextAsync(recording, Failing(names));
        var events = folder.File("events.jsonl");

        var (exitCode, output) = await AgentProcess.Run(["replay", "--model", Model, "--events", events, .. arguments, recording]);

        Assert.True(exitCode == 0, output);
        var opened = Assert.Single(Events(events), e => e.Kind == "opened");
        Assert.Equal(expected, opened.Channel);
        Assert.InRange(opened.Time, new DateTime(2026, 1, 1, 15, 0, 0), new DateTime(2026, 1, 1, 15, 30, 0));
    }

    [Fact]
    public async Task Of_several_channels_none_is_guessed()
    {
        using var folder = new TempFolder();
        var recording = folder.File("tank.csv");
        await File.WriteAllTextAsync(recording, Failing(["value", "level"]));

        var (exitCode, output) = await AgentProcess.Run(["replay", "--model", Model, recording]);

        Assert.Equal(1, exitCode);
        Assert.Contains("sends value, level", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 78, "the source tanks has level, flow; name one, as in channel = \"level\"")]
    [InlineData("channel = \"flow\"", 0, "any channel, window 100, 3 golden windows hold")]
    public async Task Check_asks_which_of_several_channels_is_meant(string choice, int expected, string said)
    {
        using var folder = new TempFolder();
        var file = folder.File("edgeagent.toml");
        await File.WriteAllTextAsync(file, $$"""
            [sources.tanks]
            mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["tanks/+"] }
            channels = ["level", "flow"]
            [detectors.tank]
            source = "tanks"
            model = "{{Model}}"
            {{choice}}
            [upstream]
            mqtt = { url = "mqtt://127.0.0.1:1883" }
            """);

        var (exitCode, output) = await AgentProcess.Run("check", "--config", file);

        Assert.True(exitCode == expected, output);
        Assert.Contains(said, output, StringComparison.Ordinal);
    }

    private sealed record Report(string Device, string Kind, string Channel, DateTime Time);

    /// <summary>1000 readings a minute apart, after 900 of which the last column leaves its place.</summary>
    private static string Failing(string[] names)
    {
        var random = new Random(5);
        var start = new DateTime(2026, 1, 1);
        var lines = Enumerable.Range(0, 1000).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{start.AddMinutes(i):yyyy-MM-dd HH:mm:ss}{(names.Length > 1 ? ",7.5" : "")},{20 + random.NextDouble() + (i < 900 ? 0 : 6):0.00}"));
        return $"timestamp,{string.Join(",", names)}\n{string.Join("\n", lines)}\n";
    }

    private static IEnumerable<Report> Events(string file) => File.ReadLines(file).Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        var (root, data) = (json.RootElement, json.RootElement.GetProperty("data"));
        return new Report(
            data.GetProperty("device").GetString()!, root.GetProperty("type")
                .GetString()!.Split('.')[^1], data.GetProperty("channels")[0].GetProperty("name").GetString()!,
            root.GetProperty("time").GetDateTimeOffset().UtcDateTime);
    });

    /// <summary>Where an operator is told something new: an event opens.</summary>
    private static async Task<ILookup<string, DateTime>> Detections(TempFolder folder, string recordings)
    {
        var file = folder.File("events.jsonl");
        var (exitCode, output) = await AgentProcess.Run(["replay", "--model", Model, "--events", file, recordings]);
        Assert.True(exitCode == 0, output);
        return Events(file).Where(e => e.Kind == "opened").ToLookup(e => e.Device, e => e.Time);
    }

    /// <summary>NAB's rule, standard profile: 100 is perfect, 0 is silence.</summary>
    private static double Score(string recording, ILookup<string, DateTime> detections)
    {
        var times = File.ReadLines(Path.Combine(Nab!, $"{recording}.csv")).Skip(1).Select(l => Time(l.Split(',')[0])).ToList();
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Nab!, "windows.json")));
        var windows = json.RootElement.GetProperty($"{recording}.csv").EnumerateArray()
            .Select(w => (First: times.IndexOf(Time(w[0].GetString()!)), Last: times.IndexOf(Time(w[1].GetString()!)))).ToList();
        var best = windows.Select(_ => -1.0).ToArray();
        var falseAlarms = 0.0;
        foreach (var row in detections[recording].Select(t => times.IndexOf(t))
            .Where(row => row >= Math.Min(Math.Floor(0.15 * times.Count), 750)))
        {
            var inside = windows.FindIndex(w => w.First <= row && row <= w.Last);
            var before = windows.FindLastIndex(w => w.Last < row);
            if (inside >= 0)
                best[inside] = Math.Max(best[inside],
                    Worth(-(windows[inside].Last - row + 1.0) / (windows[inside].Last - windows[inside].First + 1)) / Worth(-1));
            else
                falseAlarms += 0.11 * (before < 0
                    ? -1 : Worth((row - windows[before].Last) / (double)(windows[before].Last - windows[before].First)));
        }
        return 100 * (best.Sum() + falseAlarms + windows.Count) / (2 * windows.Count);
    }

    private static double Worth(double place) => place > 3 ? -1 : 2 / (1 + Math.Exp(5 * place)) - 1;

    private static DateTime Time(string text) => DateTime.Parse(text.Split('.')[0], CultureInfo.InvariantCulture);
}
