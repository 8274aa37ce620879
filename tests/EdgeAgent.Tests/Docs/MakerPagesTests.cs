using System.Globalization;
using System.Text;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.TestSupport;
using EdgeAgent.Tests.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Tests.Docs;

/// <summary>The pages of docs/makers: their configurations load, and read their messages as they say.</summary>
public class MakerPagesTests
{
    private static readonly long Arrival = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).Ticks;

    public static TheoryData<string> Pages =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs/makers"), "*.md")
            .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_s_configuration_reads_its_message(string page)
    {
        var blocks = Blocks(File.ReadAllLines(Path.Combine(Repository.Root, "docs/makers", page)));
        using var configuration = new TestConfiguration(
            string.Join("\n", blocks.Single(b => b.Kind == "toml").Lines) + "\n[upstream]\nmqtt = { url = \"mqtt://hub\" }\n");
        var loaded = configuration.Load();
        Assert.Empty(loaded.Errors);
        var lane = new Recorder();
        var intake = new RowIntake(
            loaded.Options!.Sources.Single(), [lane], new DeadLetter(null, NullLogger.Instance, TimeProvider.System), new SourceCounters());

        Assert.Contains(blocks, b => b.Kind is "message" or "message-hex");
        for (var i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].Kind is not ("message" or "message-hex")) continue;
            lane.Readings.Clear();
            var outcome = intake.Take(Message(blocks[i]), null, 0, out _);
            Assert.True(outcome == IntakeOutcome.Taken, $"{page}: {intake.LastFailure}");
            intake.HandOver();
            if (i + 1 < blocks.Count && blocks[i + 1].Kind == "readings") Assert.Equal(blocks[i + 1].Lines, lane.Readings);
        }
    }

    private static IncomingMessage Message((string Kind, List<string> Lines) block) => new()
    {
        Topic = Encoding.UTF8.GetBytes(block.Lines[0]),
        Payload = block.Kind == "message-hex"
            ? System.Convert.FromHexString(string.Concat(block.Lines.Skip(1)))
            : Encoding.UTF8.GetBytes(string.Join('\n', block.Lines.Skip(1))),
        ArrivalTicks = Arrival,
    };

    /// <summary>The fenced blocks of a page, with the word behind the fence.</summary>
    private static List<(string Kind, List<string> Lines)> Blocks(string[] lines)
    {
        var blocks = new List<(string, List<string>)>();
        List<string>? open = null;
        foreach (var line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                if (open is null) blocks.Add((line[3..], open = []));
                else open = null;
            }
            else
            {
                open?.Add(line);
            }
        }
        return blocks;
    }

    /// <summary>Writes readings as the pages do: device, time, and each channel with a value.</summary>
    private sealed class Recorder : IRowReceiver
    {
        public List<string> Readings { get; } = [];

        public void Put(RowBatch batch)
        {
            foreach (var message in batch.Messages)
                foreach (var row in batch.Rows(message))
                    Readings.Add($"{message.Device.Name} {Time(row.TimeTicks)}{Values(batch.Values(row), batch.Channels)}");
            batch.Return();
        }

        private static string Time(long ticks) => ticks == Arrival ? "arrival"
            : new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

        private static string Values(ReadOnlySpan<float> values, ChannelNames channels)
        {
            var text = new StringBuilder();
            for (var i = 0; i < values.Length; i++)
                if (!float.IsNaN(values[i])) text.Append(CultureInfo.InvariantCulture, $" {channels.Names[i]}={values[i]}");
            return text.ToString();
        }
    }
}
