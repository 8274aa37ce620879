namespace EdgeAgent.Recordings.Tests;

/// <summary>What mosquitto_sub writes: topic, payload and the time of arrival in the forms of its versions and of time zones.</summary>
public sealed class MessageKindTests : IDisposable
{
    public static readonly string[] Kinds = ["messages of mosquitto_sub -F %J"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{t:yyyy-MM-ddTHH:mm:ss}.997436Z", 0)]
    [InlineData("{t:yyyy-MM-ddTHH:mm:ss}.997436Z+0100", 1)]
    [InlineData("{t:yyyy-MM-ddTHH:mm:ss}.997436Z-0530", -5.5)]
    [InlineData("{t:yyyy-MM-ddTHH:mm:ss}.997436+0000", 0)]
    [InlineData("{t:yyyy-MM-ddTHH:mm:ss}.997436+0200", 2)]
    [InlineData("{t:yyyy-MM-ddTHH:mm:ss}.997436", 0)]
    public void The_time_of_arrival_counts_in_every_form(string time, double hours)
    {
        foreach (var payload in (string[])["{\"a\":{a}}", "\"{\\\"a\\\":{a}}\""])
        {
            var text = Some.File("", $"{{\"tst\":\"{time}\",\"topic\":\"plant/p1\",\"qos\":0,\"payload\":{payload}}}");
            var recording = Assert.Single(RecordingReader.Read(_folder.Write("a.txt", text), "a.txt"));

            Assert.Equal("plant/p1", recording.Device);
            Assert.Equal(Some.Time(0).AddHours(-hours).AddTicks(9974360).Ticks, recording.Ticks[0]);
            Assert.Equal(Enumerable.Range(0, Some.Rows).Select(Some.A), recording.Find("a")!);
        }
    }
}
