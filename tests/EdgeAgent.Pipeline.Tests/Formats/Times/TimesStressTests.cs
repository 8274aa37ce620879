using EdgeAgent.Pipeline.Formats.Times;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats.Times;

public class TimesStressTests(ITestOutputHelper output)
{
    private static readonly string[] Formats =
        ["unix-s", "iso", "excel", "dotnet-ticks", "ddd, d MMM yyyy h:mm:ss.FFF tt K", "yyyyMMddHHmmss"];

    private static readonly string[] Seeds =
    [
        "2024-04-05T19:34:38.123456789+02:00", "2024-04-05 19:34:40 UTC", "20240405T193438Z", "29.11.2026 22:30:00",
        "04/05/2024 07:34:38 PM",
        "Fri, 05 Apr 2024 19:34:38 GMT", "Sat Mar 09 06:00:00 CET 2024", "09-Mar-24", "1712345678000", "1712345678.25", "-1.7e9",
    ];

    [Fact]
    public void No_text_and_no_number_is_too_strange()
    {
        var random = new Random(Seed.Take(output));
        EventTimeReader[] readers =
        [
            TimesBench.Reader(), TimesBench.Reader(zone: "Europe/Berlin"), .. Formats.Select(f => TimesBench.Reader(f, "America/New_York")),
        ];
        for (var round = 0; round < Seed.Rounds(100_000); round++)
        {
            var reader = readers[random.Next(readers.Length)];
            var arrival = random.Next(3) == 0 ? 0 : TimesBench.Arrival;
            reader.FromText(Strange(random), arrival, out var moment);
            Assert.InRange(moment.Ticks, 0, DateTime.MaxValue.Ticks);
            reader.FromInteger(random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64), arrival, out moment);
            Assert.InRange(moment.Ticks, 0, DateTime.MaxValue.Ticks);
            reader.FromNumber(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)), arrival, out moment);
            Assert.InRange(moment.Ticks, 0, DateTime.MaxValue.Ticks);
        }
    }

    [Fact]
    public void Reading_times_allocates_nothing()
    {
        EventTimeReader[] readers =
            [TimesBench.Reader(zone: "Europe/Berlin"), .. Formats.Select(f => TimesBench.Reader(f, "Europe/Berlin"))];
        var texts = Seeds.Append("yesterday").Append("").Append("2031-04-05 12:00:00").Append("Fri, 5 Apr 2024 7:34:38.5 PM +02:00")
            .Select(Some.Utf8).ToArray();
        var scale = new CounterScale(new CounterOptions { Bits = 32 });
        var clock = default(CounterClock);
        long Once(int round)
        {
            var sum = 0L;
            foreach (var reader in readers)
            {
                foreach (var text in texts)
                {
                    reader.FromText(text, TimesBench.Arrival, out var moment);
                    sum += moment.Resolve(sum, TimesBench.Arrival);
                }
                reader.FromInteger(1712345678000, TimesBench.Arrival, out _);
                reader.FromNumber(1712345678.25, TimesBench.Arrival, out _);
            }
            scale.TryTicks(round * 1000L, out var ticks);
            return sum + clock.Read(scale, ticks, TimesBench.Arrival + round * TimeSpan.TicksPerSecond);
        }
        for (var i = 0; i < 200; i++) Once(i);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 200; i < 1200; i++) Once(i);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>A form with a few bytes of it changed, cut or doubled, or nothing but bytes.</summary>
    private static byte[] Strange(Random random)
    {
        var bytes = Some.Utf8(Seeds[random.Next(Seeds.Length)]).ToArray();
        if (random.Next(5) == 0) random.NextBytes(bytes);
        for (var i = random.Next(4); i > 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)"0123456789 .:-+/TZ,eEAPM\0\u007f"[random.Next(26)];
        var cut = bytes[..random.Next(bytes.Length + 1)];
        return random.Next(4) == 0 ? [.. cut, .. bytes] : random.Next(2) == 0 ? cut : bytes;
    }
}
