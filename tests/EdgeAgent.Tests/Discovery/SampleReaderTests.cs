using System.IO.Compression;
using System.Text;
using EdgeAgent.Discovery;
using EdgeAgent.Listening;
using EdgeAgent.Recordings;

namespace EdgeAgent.Tests.Discovery;

public sealed class SampleReaderTests
{
    private const string Line = """{"tst":"2026-05-04T10:00:00Z","topic":"plant/p1","retain":1,"payload":{"temp":20.5}}""";

    [Fact]
    public void A_packed_recording_is_read()
    {
        using var folder = new TempFolder();
        var file = folder.File("r.jsonl.gz");
        using (var packed = new GZipStream(File.Create(file), CompressionLevel.Fastest)) packed.Write(Encoding.UTF8.GetBytes(Line + "\n"));
        Assert.Equal("plant/p1", Assert.Single(SampleReader.ReadFile(file).Topics).Name);
    }

    [Fact]
    public void A_damaged_recording_is_told()
    {
        using var folder = new TempFolder();
        var file = folder.Write("r.jsonl.gz", "no gzip at all");
        Assert.Contains("damaged", Assert.Throws<RecordingException>(() => SampleReader.ReadFile(file)).Message);
    }

    [Fact]
    public void What_the_broker_had_kept_says_nothing_of_the_lag()
    {
        using var folder = new TempFolder();
        var live = """{"tst":"2026-05-04T10:00:01Z","topic":"plant/p1","retain":0,"payload":{"temp":20.5}}""";
        var samples = SampleReader.ReadFile(folder.Write("r.jsonl", $"{Line}\n{live}\n"));
        Assert.Equal([true, false], Assert.Single(samples.Topics).Samples.Select(s => s.IsRetained));
    }

    [Fact]
    public void Topics_that_found_no_room_stay_told()
    {
        var samples = new SampleSet();
        for (var i = 0; i <= 5_000; i++) samples.Add(new HeardMessage($"t/{i}", "1"u8.ToArray(), 1));
        Assert.True(samples.IsCut);
        samples.Add(new HeardMessage("t/1", "1"u8.ToArray(), 2));
        Assert.True(samples.IsCut);
        Assert.Equal(5_000, samples.Topics.Count);
    }
}
