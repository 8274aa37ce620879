using System.IO.Compression;
using EdgeAgent.Modeling.Recordings;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Recordings;
using EdgeAgent.Recordings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Modeling.Tests.Recordings;

/// <summary>
/// What the tool learns from is what the agent replays: the files of tests/recordings, in the shapes that plants really send.
/// </summary>
public class SameReadingsTests
{
    private static readonly string Folder = Repository.File("tests/recordings");
    // What nobody can read, and why: by the file's name.
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["day-or-month.csv"] = ":2: \"01/02/2024 00:00\" may be day or month first",
        ["empty.csv"] = ": the file is empty",
        ["no-json.jsonl"] = ":1: the message is no JSON, and 2 more lines are as bad",
        ["no-numbers.csv"] = ":1: no column of numbers",
        ["noise.csv"] = ":5: 1 column, the header has 2, and 18 more lines are as bad",
        ["samples.jsonl"] = ":1: \"x\" is a block of samples",
        ["two-in-one.csv"] = ":62: time 2024-03-09 06:00:00 goes back",
        ["unknown-zone.csv"] = ":2: \"Sat Mar 09 06:00:00 XYZT 2024\" in column \"t_stamp\" is no time",
    };

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_is_read_by_both_alike_or_refused_by_both_for_the_same_reason(string file)
    {
        var fitted = Attempt(
            () => RecordingFolder.ReadRaws(Path.Combine(Folder, file), []).SelectMany(Readings).Order(StringComparer.Ordinal).ToArray());
        var replayed = Attempt(() => Replay(file));

        Assert.Equal(Refused.TryGetValue(file, out var why), fitted.Readings is null);
        if (why is not null) Assert.StartsWith(file + why, fitted.Problem, StringComparison.Ordinal);
        Assert.Equal(fitted.Problem, replayed.Problem);
        Assert.Equal(fitted.Readings, replayed.Readings);
    }

    [Theory]
    [InlineData("plain.csv", "2024-03-09 06:05:00", "temp,flow")]
    [InlineData("decimal-comma.csv", "2024-03-09 06:05:00", "Temp,Flow")]
    [InlineData("american-dates.csv", "2024-03-14 06:05:00", "temp,flow")]
    [InlineData("named-months.csv", "2024-03-09 06:05:00", "10-TI-101.PV,10-FI-102.PV")]
    [InlineData("newest-first.csv", "2024-03-09 06:05:00", "temp")]
    [InlineData("latin1.csv", "2024-03-09 06:05:00", "Temp °C,Durchfluß")]
    [InlineData("long.csv", "2024-03-09 06:05:00", "TI101,FI102")]
    [InlineData("one-tag.csv", "2024-03-09 06:05:00", "Temp")]
    [InlineData("wincc.csv", "2024-03-09 06:05:00", "Temp,Flow")]
    [InlineData("series-in-turn.csv", "2024-03-09 05:05:00", "temp,flow")]
    [InlineData("annotated-long.csv", "2024-03-09 06:05:00", "temp,flow")]
    [InlineData("annotated-pivot.csv", "2024-03-09 06:05:00", "temp,flow")]
    [InlineData("zone-names.csv", "2024-03-09 05:05:00", "temp,flow")]
    [InlineData("names-and-types.csv", "2024-03-09 06:05:00", "temp,flow")]
    [InlineData("units-in-cells.csv", "2024-03-09 06:05:00", "Temperature")]
    [InlineData("bad-words.csv", "2024-03-09 06:05:00", "TI,FI")]
    [InlineData("dotted-clock.csv", "2024-03-09 06:05:00", "CO(GT),T")]
    [InlineData("serial-date.csv", "2024-03-09 06:05:00", "temp")]
    [InlineData("summer-time.csv", "2024-10-26 23:05:00", "temp")]
    [InlineData("turbofan.txt", "1970-01-01 00:00:02", "column3,column4,column5,column6")]
    [InlineData("two-machines.csv", "2024-03-09 06:05:00", "volt")]
    [InlineData("bare.jsonl", "2024-03-09 06:05:00", "temp,flow")]
    [InlineData("mosquitto.jsonl", "2024-03-09 05:05:00.997436", "temp")]
    [InlineData("mosquitto-z.jsonl", "2024-03-09 05:05:00.997436", "temp")]
    [InlineData("mosquitto-text.jsonl", "2024-03-09 06:05:00.997436", "temp")]
    public void Times_and_channels_are_those_that_were_meant(string file, string second, string channels)
    {
        var recording = RecordingReader.Read(Path.Combine(Folder, file), file)[0];

        Assert.Equal(60, recording.Rows);
        Assert.Equal(DateTime.Parse(second, System.Globalization.CultureInfo.InvariantCulture).Ticks, recording.Ticks[1]);
        Assert.Equal(channels, string.Join(',', recording.Columns.Select(c => c.Name)));
    }

    /// <summary>A source that decodes messages has the same readings as the table that is made of them.</summary>
    [Theory]
    [InlineData("mosquitto.jsonl")]
    [InlineData("mosquitto-z.jsonl")]
    [InlineData("mosquitto-text.jsonl")]
    [InlineData("two-topics.jsonl")]
    public void Messages_that_a_source_decodes_are_the_readings_that_the_tool_learns_from(string file)
    {
        var source = new SourceOptions
        {
            Name = "recording", Channels = [new ChannelOptions { Name = "temp" }, new ChannelOptions { Name = "flow" }],
        };
        using var folder = new TempFolder();
        using (var packed = new GZipStream(File.Create(folder.Place(file + ".gz")), CompressionLevel.Fastest))
            packed.Write(File.ReadAllBytes(Path.Combine(Folder, file)));
        File.Copy(Path.Combine(Folder, file), folder.Place("capture.txt"));
        var table = RecordingReader.Read(Path.Combine(Folder, file), file).SelectMany(Readings).Order(StringComparer.Ordinal).ToArray();

        Assert.Equal(60, table.Length);
        foreach (var path in (string[])[Path.Combine(Folder, file), folder.Place(file + ".gz"), folder.Place("capture.txt")])
            Assert.Equal(table, Replay(path, source, decodesMessages: true));
    }

    private static string[] Replay(string file) => Replay(Path.Combine(Folder, file), new SourceOptions { Name = "recording" });

    private static string[] Replay(string path, SourceOptions source, bool decodesMessages = false)
    {
        var lane = new ReadingsHeard();
        using var deadLetter = new DeadLetter(file: null, NullLogger.Instance, TimeProvider.System);
        using var player = new RecordingPlayer([source], lane, deadLetter, decodesMessages: decodesMessages);
        player.Play(new RecordingFile(path, Path.GetFileName(path), ""), onReading: null, onProgress: null, CancellationToken.None);
        Assert.Equal(lane.Readings.Count, player.Played - (decodesMessages ? player.BadLines : 0));
        return [.. lane.Readings.Order(StringComparer.Ordinal)];
    }

    private static (string[]? Readings, string? Problem) Attempt(Func<string[]> read)
    {
        try
        {
            return (read(), null);
        }
        catch (Exception e) when (e is ModelingException or RecordingException)
        {
            // The agent names files as they were given, the tool as they lie below the folder.
            return (null, e.Message.Replace(Folder + "/", "", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> Readings(RawRecording raw) =>
        Enumerable.Range(0, raw.Rows).Select(r => Reading(raw.Device ?? "", raw.Ticks[r], raw.Columns.Select(c => (c.Name, c.Values[r]))));

    private static string Reading(string device, long ticks, IEnumerable<(string Name, float Value)> values) =>
        $"{new DateTime(ticks, DateTimeKind.Utc):o} {device} "
            + $"{string.Join(' ', values.Where(v => !float.IsNaN(v.Value)).OrderBy(v => v.Name, StringComparer.Ordinal))}";

    private sealed class ReadingsHeard : IRowReceiver
    {
        public List<string> Readings { get; } = [];

        public void Put(RowBatch batch)
        {
            Assert.InRange(batch.RowCount, 0, 256);
            foreach (var message in batch.Messages)
                foreach (var row in batch.Rows(message))
                    Readings.Add(Reading(
                        message.Device.Name, row.TimeTicks, batch.Values(row).ToArray().Select((v, i) => (batch.Channels.Names[i], v))));
            batch.Return();
        }
    }
}
