using System.Globalization;
using System.Net;
using EdgeAgent.Scenarios.Hostile;
using MQTTnet.Server;

namespace EdgeAgent.Scenarios.Conformance;

/// <summary>Entry point of this assembly: a broker that a test can kill, which ends with its standard input, and others.</summary>
internal static class MqttNetServerProgram
{
    public const string Command = "mqttnet-server";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is [ConfinedProgram.Command, var folder, .. var how])
            return ConfinedProgram.Run(folder, isApart: how is ["apart"]);
        if (arguments is not [Command, var port]) return 2;
        using var server = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointPort(int.Parse(port, CultureInfo.InvariantCulture))
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithPersistentSessions()
            .WithMaxPendingMessagesPerClient(100_000)
            .Build());
        await server.StartAsync();
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
