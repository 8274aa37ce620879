using System.Text.Json;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Formats;

public sealed class DeadLetterTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly LogLines _log = new();
    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = Some.Clock();

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private string File => _temp.File("dead.jsonl");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_message_is_kept_as_a_line_of_JSON()
    {
        using (var deadLetter = new DeadLetter(File, _log, _time))
            deadLetter.Add(DecodeFailure.BadTime, "pump\"\n7"u8, "junk\0"u8);

        using var line = JsonDocument.Parse(Assert.Single(System.IO.File.ReadAllLines(File)));
        Assert.Equal("bad_time", line.RootElement.GetProperty("reason").GetString());
        Assert.Equal("pump\"\n7", line.RootElement.GetProperty("from").GetString());
        Assert.Equal("junk\0"u8.ToArray(), line.RootElement.GetProperty("payload").GetBytesFromBase64());
        Assert.Equal(Some.Start, line.RootElement.GetProperty("time").GetDateTimeOffset());
        Assert.Equal(("is plain text", 5),
            (line.RootElement.GetProperty("form").GetString(), line.RootElement.GetProperty("bytes").GetInt32()));
    }

    [Fact]
    public void The_log_says_what_was_expected_and_what_the_payload_looks_like()
    {
        new DeadLetter(null, _log, _time).Add(DecodeFailure.BadTime, "plant/p1"u8, "{'ts': 1}"u8, Some.Source());

        Assert.Equal(
            "message of plant/p1 not usable: bad_time: no time could be read: expected the time at `ts` as a Unix number (s, ms, µs or ns), "
                + "as ISO 8601 or in another usual form; for others, and for dates such as 04/05/2024, set time_format; it looks "
                + "like JSON with single quotes, as Python prints a dict, 9 bytes, begins {'ts': 1}", _log.Lines.Single());
    }

    [Fact]
    public void Nothing_from_outside_begins_a_line_of_the_log()
    {
        new DeadLetter(null, _log, _time).Add(DecodeFailure.BadJson, "a\nFATAL"u8, "b\nFATAL\u001b[2J"u8);

        Assert.DoesNotContain('\n', Assert.Single(_log.Lines));
        Assert.DoesNotContain('\u001b', _log.Lines.Single());
    }

    [Fact]
    public void Only_the_first_few_are_told_and_then_one_every_ten_seconds()
    {
        var deadLetter = new DeadLetter(File, _log, _time);
        for (var i = 0; i < 1000; i++)
            deadLetter.Add(DecodeFailure.BadJson, "pump"u8, "junk"u8);
        Assert.Equal(5, _log.Lines.Count);
        Assert.True(deadLetter.Flush(Wait));
        Assert.Equal(5, System.IO.File.ReadAllLines(File).Length);

        _time.Advance(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 1000; i++)
            deadLetter.Add(DecodeFailure.BadJson, "pump"u8, "junk"u8);

        Assert.Equal(6, _log.Lines.Count);
    }

    [Fact]
    public void What_was_left_out_of_the_log_is_told_in_one_line_a_minute_later()
    {
        var deadLetter = new DeadLetter(null, _log, _time);
        for (var i = 0; i < 1000; i++)
            deadLetter.Add(DecodeFailure.BadJson, "pump"u8, "junk"u8);
        _time.Advance(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 7; i++)
            deadLetter.Add(DecodeFailure.TooLarge, "pump"u8, "junk"u8);
        Assert.False(_log.Contains("more in the last minute"));

        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.EndsWith("997 more in the last minute", _log.Lines.Last());
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(11, _log.Lines.Count);
        Assert.Equal((1000, 7, 0),
            (deadLetter.Count(DecodeFailure.BadJson), deadLetter.Count(DecodeFailure.TooLarge), deadLetter.Count(DecodeFailure.BadTime)));

        for (var i = 0; i < 6; i++)
            deadLetter.Add(DecodeFailure.BadJson, "pump"u8, "junk"u8);
        deadLetter.Dispose();
        Assert.EndsWith("1 more in the last minute", _log.Lines.Last());
    }

    [Fact]
    public void The_file_is_bounded_and_the_newest_is_in_it()
    {
        var deadLetter = new DeadLetter(File, _log, _time);
        var payload = new byte[100_000];
        for (var i = 0; i < 600; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            deadLetter.Add(DecodeFailure.BadJson, Some.Utf8($"pump-{i}"), payload);
            Assert.True(deadLetter.Flush(Wait));
        }

        Assert.InRange(new FileInfo(File).Length, 1, (1 << 20) + 10_000);
        Assert.InRange(new FileInfo(File + ".1").Length, 1 << 20, (1 << 20) + 10_000);
        Assert.Contains("pump-599", System.IO.File.ReadAllText(File));
        Assert.Equal(2, Directory.GetFiles(_temp.Path).Length);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told_and_stops_nothing()
    {
        System.IO.File.WriteAllText(_temp.File("plain"), "");

        using (var deadLetter = new DeadLetter(_temp.File("plain/dead.jsonl"), _log, _time))
            deadLetter.Add(DecodeFailure.BadJson, "pump"u8, "junk"u8);

        Assert.True(_log.Contains("dead letter not kept"));
    }

    [Fact]
    public async Task A_disk_that_stands_still_holds_up_nobody_who_has_a_dead_letter()
    {
        using var disk = new ManualResetEventSlim();
        using var deadLetter = new DeadLetter(File, _log, _time, path =>
        {
            disk.Wait(Wait);
            return System.IO.File.Open(path, FileMode.Append);
        });
        var sources = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            foreach (var failure in Enum.GetValues<DecodeFailure>())
                for (var i = 0; i < 5; i++) deadLetter.Add(failure, "pump"u8, "junk"u8);
        })));
        Assert.Same(sources, await Task.WhenAny(sources, Task.Delay(Wait / 3)));
        Assert.False(disk.IsSet || deadLetter.Flush(TimeSpan.Zero));
        Assert.True(_log.Contains("the disk does not take the 64 before it"));

        disk.Set();
        Assert.True(deadLetter.Flush(Wait));
        Assert.Equal(64, System.IO.File.ReadAllLines(File).Length);
    }
}
