using System.Globalization;
using System.Text;
using MQTTnet;

namespace EdgeAgent.Scenarios;

/// <summary>Two simulated ovens and what else is on a broker; the first oven gets too hot.</summary>
internal static class OvenSensors
{
    public const int FaultFrom = 300;
    public const int Readings = 370;

    private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.AddSeconds(-Readings);

    /// <summary>Readings [<paramref name="from"/>, <paramref name="to"/>) of both ovens, as fast as the broker takes them.</summary>
    public static async Task Publish(RealBroker broker, int from, int to)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(Plant.ClientOf(broker));
        for (var i = from; i < to; i++)
        {
            await Plant.Send(client, "sensors/oven-1/telemetry", Reading(i, i >= FaultFrom ? 25 : 0));
            await Plant.Send(client, "sensors/oven-2/telemetry", Reading(i, 0));
            if (i % 10 == 0) await Plant.Send(client, "sensors/oven-1/mode", "heating"u8.ToArray());
        }
        await client.DisconnectAsync();
    }

    /// <summary>Slow waves and noise; the same at every run.</summary>
    private static byte[] Reading(int i, double fault)
    {
        var noise = Math.Sin(i * 12.9898) * 43758.5453;
        var celsius = 180 + 0.6 * Math.Sin(i / 9.0) + 0.8 * (noise - Math.Floor(noise)) + fault;
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $$"""{"ts":{{Begin.AddSeconds(i).ToUnixTimeMilliseconds()}},"temperature":{{celsius:F2}},"door":0}"""));
    }
}
