using System.Globalization;
using System.Text;
using MQTTnet;
using Xunit.Abstractions;

namespace EdgeAgent.Scenarios.Hostile;

/// <summary>A device whose time is nonsense now and then is judged all the same.</summary>
public sealed class JunkTimesTests(ITestOutputHelper output)
{
    private const int Readings = 3000;
    private const int Calibration = 450;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 3)]
    [InlineData(-1, 3)]
    public async Task One_reading_in_two_hundred_with_a_time_a_day_off_leaves_its_device_judged(int daysOff, int daysBehind)
    {
        await using var hostile = await HostileCase.Start(new Scenario(), "", output);
        await using var judged = await ArrivalGaps.Listen(
            hostile.Scenario.Hub, "anomalies/+/pump-2", "\"io.edgeagent.window.scored\"");
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(Plant.ClientOf(hostile.Scenario.Sensors));
        var first = DateTimeOffset.UtcNow.AddDays(-daysBehind).AddSeconds(-Readings);
        for (var i = 0; i < Readings; i++)
        {
            var payload = (byte[])Plant.Payloads[i % Calibration].Clone();
            var time = first.AddSeconds(i).AddDays(i % 200 == 150 ? daysOff : 0).ToUnixTimeMilliseconds();
            Encoding.ASCII.GetBytes(time.ToString(CultureInfo.InvariantCulture), payload.AsSpan(6, 13));
            await Plant.Send(client, "plant/pump-2/telemetry", payload);
        }
        await Eventually.Holds(() => judged.Count > Readings - 2 * Calibration, () => $"{judged.Count} of {Readings} are judged");
        var source = (await hostile.Scenario.Status()).GetProperty("sources")[0];
        var leftOut = source.GetProperty("messages").GetProperty("filtered");
        Assert.Equal(Readings / 200, leftOut.GetProperty(daysOff > 0 ? "ahead" : "late").GetInt32());
        output.WriteLine($"{judged.Count} of {Readings} judged");
        hostile.Ends();
    }
}
