using System.Globalization;
using System.IO.Compression;
using System.Text;
using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Recordings;
using EdgeAgent.Tap;
using EdgeAgent.Tests.Configuration;

namespace EdgeAgent.Tests.Tap;

/// <summary>What a tap saves is read by the reader that edgeagent-model fit uses, as the agent understood it.</summary>
public sealed class TapFilesTests : IDisposable
{
    private const int Messages = 30;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Saved_readings_are_learned_from_as_the_agent_understands_them()
    {
        var recordings = Saved(i => [Gzip(i), Cbor(i)]);
        Assert.Equal(["p7", "p 8; \"left\""], recordings.Select(r => r.Device));
        foreach (var recording in recordings)
        {
            Assert.Equal(Messages, recording.Rows);
            Assert.Equal(new DateTime(2024, 4, 5, 19, 0, 1).Ticks, recording.Ticks[1]);
            Assert.Equal([100f, 0f, 100f], recording.Find("temp")![..3]);
            Assert.Equal(2f, recording.Find("flow")![2]);
            Assert.Empty(recording.Dropped);
        }
    }

    [Fact]
    public void A_channel_that_comes_later_is_missing_before()
    {
        var recording = Assert.Single(Saved(i => [Json(i, i < 10 ? "" : ""","late":5""")]));
        Assert.Equal([float.NaN, 5f], recording.Find("late")![9..11]);
        Assert.Equal(100f, recording.Find("temp")![0]);
    }

    [Fact]
    public void A_table_never_grows_over_another_file_or_its_limit()
    {
        using (var recorder = new ReadingRecorder(_folder.File("r.csv"), bytesLimit: 90))
        {
            for (var i = 0; i < 5; i++)
                recorder.Add(new ProbedMessage(default, default, [new ProbedReading("p7", i, [new("a", 1), new("b", 2)])], 1, []));
            Assert.Equal((1L, 1, 4L), (recorder.Count, recorder.Devices, recorder.LeftOut));
        }
        foreach (var there in new[] { _folder.File("r.csv"), _folder.Path })
        {
            Assert.Contains("name another file", Assert.Throws<IOException>(() => new ReadingRecorder(there)).Message);
            Assert.Contains("name another file", Assert.Throws<IOException>(() => new MessageRecorder(there)).Message);
        }
    }

    [Fact]
    public void A_message_that_two_sources_bring_is_saved_once()
    {
        var request = new TapRequest(false, _folder.File("m.jsonl"), _folder.File("r.csv"), null, null, false);
        var probed = new ProbedMessage(default, default, [new ProbedReading("p7", 0, [new("a", 1)])], 1, []);
        using var files = new TapFiles(request);
        files.Add(Json(0), probed, isFirst: true);
        files.Add(Json(0), probed, isFirst: false);
        Assert.Equal([$"1 message saved in {request.Save}", $"2 readings of 1 device saved in {request.SaveReadings}"], files.Summary());
    }

    private IReadOnlyList<RawRecording> Saved(Func<int, IEnumerable<HeardMessage>> messages)
    {
        var file = _folder.File("normal.csv");
        using (var files = new TapFiles(new TapRequest(false, null, file, null, null, false)))
        using (var probe = new SourceProbe(Source(), int.MaxValue))
            foreach (var message in Enumerable.Range(0, Messages).SelectMany(messages))
                files.Add(message, probe.Decode(message), isFirst: true);
        return RecordingReader.Read(file, "normal.csv");
    }

    private static SourceOptions Source()
    {
        using var configuration = new TestConfiguration("""
            [sources.pumps]
            mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["plant/+/t"] }
            device = "topic[1]"
            time = { path = "head.at", format = "dd/MM/yyyy HH:mm:ss" }
            channels = "body.*"
            rename = { t = "temp" }
            convert = { t = { from = "°F", to = "°C" } }
            [upstream]
            mqtt = { url = "mqtts://hub.example:8883" }
            """);
        return Assert.Single(configuration.Load().Options!.Sources);
    }

    /// <summary>212 and 32 °F in turn, and a flow that counts.</summary>
    private static HeardMessage Json(int i, string more = "") => new("plant/p7/t",
        Encoding.UTF8.GetBytes($$$"""{"head":{"at":"{{{At(i)}}}"},"body":{"t":{{{(i % 2 == 0 ? 212 : 32)}}},"flow":{{{i}}}{{{more}}}}}"""), 1);

    private static HeardMessage Gzip(int i)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Json(i).Payload);
        return Json(i) with { Payload = packed.ToArray() };
    }

    private static HeardMessage Cbor(int i) => new("plant/p 8; \"left\"/t",
    [
        0xA2, 0x64, .. "head"u8, 0xA1, 0x62, .. "at"u8, 0x73, .. Encoding.UTF8.GetBytes(At(i)),
        0x64, .. "body"u8, 0xA2, 0x61, .. "t"u8, 0x18, (byte)(i % 2 == 0 ? 212 : 32), 0x64, .. "flow"u8, 0x18, (byte)i,
    ], 1);

    private static string At(int i) => new DateTime(2024, 4, 5, 19, 0, i).ToString("dd/MM/yyyy HH:mm:ss", CultureInfo.InvariantCulture);
}
