namespace EdgeAgent.Benchmarks;

/// <summary>
/// Side by side: the same readings of a real pump, 8 channels each, in every payload format, from bytes to rows, in turns. Budget:
/// 0 bytes allocated a reading, and no format slower than JSON of the same content.
/// </summary>
internal static class FormatsBenchmark
{
    private const int Readings = 8192;
    private const int Runs = 9;
    private const int Turn = 128;

    public static int Run()
    {
        var payloads = Bench.Payloads();
        var readings = new SameReadings(Enumerable.Range(0, Readings).Select(i => payloads[i % payloads.Count]));
        FormatTrack[] whole =
        [
            readings.Json(), readings.Cbor(), readings.MessagePack(), readings.SenMlInJson(), readings.SenMlInCbor(), readings.Influx(),
            readings.Sparkplug(), readings.Packed(), readings.Gzip(),
        ];
        FormatTrack[] byChannel = [readings.JsonByChannel(), readings.Scalar()];
        FormatTrack[] all = [.. whole, .. byChannel];
        foreach (var track in all) CheckContent(track, whole[0]);
        for (var run = 0; run < Runs; run++)
        {
            // In short turns, so that whatever else the machine does meets all alike.
            for (var first = 0; first < Readings; first += Turn)
                foreach (var track in all) track.Measure(first, Turn);
        }
        PrintHead("one message a reading", "to JSON");
        foreach (var track in whole) Print(track, whole[0]);
        PrintHead("a message a channel, 8 a reading", "to JSON's", "to one JSON");
        foreach (var track in byChannel) Print(track, byChannel[0], FormattableString.Invariant($"{track.RatioTo(whole[0]),13:0.00}"));
        return 0;
    }

    /// <summary>Whoever leaves something out is fast.</summary>
    private static void CheckContent(FormatTrack track, FormatTrack json)
    {
        var ((count, sum), (expectedCount, expectedSum)) = (track.Content, json.Content);
        if (count != expectedCount || Math.Abs(sum - expectedSum) > 1e-6 * Math.Abs(expectedSum))
            throw new InvalidOperationException($"{track.Name}: {count} values, in sum {sum}; JSON: {expectedCount}, {expectedSum}");
    }

    private static void PrintHead(string what, string ratio, string more = "") =>
        Console.WriteLine($"{what,-34}{"bytes",8}{"readings/s",14}{ratio,10}{"allocated",11}{more,13}");

    private static void Print(FormatTrack track, FormatTrack json, string more = "") => Console.WriteLine(FormattableString.Invariant(
        $"{track.Name,-34}{track.PayloadBytes,8:0}{track.PerSecond,14:#,0}{track.RatioTo(json),10:0.00}{track.Allocated,11:0.##}{more}"));
}
