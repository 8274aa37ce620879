using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.State;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.State;

/// <summary>What waits for other channels survives as windows do.</summary>
public sealed class JoiningStateTests
{
    [Theory]
    [InlineData(Ending.Kill)]
    [InlineData(Ending.StopAndPowerOff)]
    public void Ended_in_the_middle_of_a_reading_the_agent_goes_on_with_what_had_come(Ending ending)
    {
        using var whole = new StateBench(TinyBundle.Sum("a", "b", "c"), isKept: false);
        using var ended = new StateBench(TinyBundle.Sum("a", "b", "c"));
        Play(whole, () => { });
        Play(ended, () => ended.Restart(ending));
        Assert.InRange(whole.Scores.Count, 24, 28);
        Assert.Equal(whole.Scores, ended.Scores);
    }

    [Fact]
    public void A_repeated_value_that_waits_is_a_duplicate_after_a_restart()
    {
        using var bench = new StateBench(TinyBundle.Sum("a", "b"));
        bench.SendJson("pump", 10, """{"a": 1}""");
        bench.Flush();
        bench.Restart(Ending.Kill);
        bench.Send("pump", 10, """{"a": 1}""", redelivered: true);
        bench.Send("pump", 9, """{"b": 1}""", redelivered: true);
        bench.Flush();
        var counters = bench.Lanes[0].Counters;
        Assert.Equal((1, 1), (counters.FilteredDuplicate, counters.Windowed));
        Assert.False(Track(bench).Joiner!.IsOpen);
    }

    [Fact]
    public void State_of_the_version_before_goes_on_with_its_window()
    {
        using var bench = new StateBench();
        for (var i = 0; i < 50; i++) bench.Send("pump", i, i % 2, 5);
        bench.Flush();
        var scores = bench.Scores.Count;
        var buffer = Array.Empty<byte>();
        var bytes = bench.State.Files[0].Slots()[0].Copy(ref buffer).ToArray();
        var less = TrackCodec.HotBytes(Track(bench)) - TrackCodec.HotBytes(Track(bench), form: 1);
        bench.End(Ending.Kill);
        var old = WithoutJoiner(bytes, less);
        File.Delete(bench.DevicesFile);
        bench.Start();
        bench.State.Lanes[0].Keep(old);

        bench.Send("pump", 50, 0.5, 5);
        bench.Flush();

        Assert.Equal(scores + 1, bench.Scores.Count);
        Assert.DoesNotContain(bench.Log.Lines, l => l.Contains("calibration for", StringComparison.Ordinal));
        bench.Restart(Ending.Kill);
        bench.Send("pump", 51, 0.5, 5);
        bench.Flush();
        Assert.Equal(scores + 2, bench.Scores.Count);
    }

    [Fact]
    public void How_many_readings_agree_on_another_time_survives_too()
    {
        using var bench = new StateBench(TinyBundle.Sum("a", "b"));
        bench.Send("pump", 100_000, 1);
        for (var i = 0; i < 5; i++)
        {
            bench.Send("pump", i, 1);
            bench.Flush();
            bench.Restart(Ending.Kill);
        }
        bench.Send("pump", 5, 1);
        bench.Flush();
        Assert.Equal((1, 0), (bench.Lanes[0].Counters.Windowed, bench.Lanes[0].Counters.FilteredLate));
    }

    /// <summary>The last part of the hot part did not exist.</summary>
    private static SlotImage WithoutJoiner(byte[] bytes, int less)
    {
        var head = MemoryMarshal.Read<ImageHead>(bytes);
        var hot = SlotImage.HeadBytes + head.DetectorBytes + head.DeviceBytes;
        byte[] shorter = [.. bytes[..(hot + head.HotBytes - less)], .. bytes[(hot + head.HotBytes)..]];
        head = head with { Form = 1, HotBytes = head.HotBytes - less };
        MemoryMarshal.Write(shorter, head);
        TrackCodec.Seal(shorter.AsSpan(hot, head.HotBytes));
        return SlotImage.Parse(shorter)!;
    }

    private static DetectorTrack Track(StateBench bench) => Some.Track(bench.Device("pump")).Detectors[0];

    private static void Play(StateBench bench, Action betweenMessages)
    {
        for (var i = 0; i < 90; i++)
        {
            // Now and then one is lost.
            if (i % 17 != 5) bench.SendJson("pump", i / 3 * 10 + i % 3, $$"""{"{{"abc"[i % 3]}}": {{(i < 6 ? 0 : i)}}}""");
            bench.Flush();
            betweenMessages();
        }
    }
}
