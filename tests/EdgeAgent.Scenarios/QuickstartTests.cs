using System.Globalization;

namespace EdgeAgent.Scenarios;

/// <summary>The commands of docs/quickstart.md, as they stand there, with sensors that send faster.</summary>
public sealed class QuickstartTests
{
    private static readonly string[] Lines = File.ReadAllLines(Repository.File("docs/quickstart.md"));

    [Fact]
    public async Task Six_commands_lead_from_nothing_to_an_anomaly_of_ones_own_sensor()
    {
        using var folder = new TempFolder();
        using var broker = await new Mosquitto().Start();
        var commands = Lines.Where(l => l.StartsWith("edgeagent ", StringComparison.Ordinal) || l.StartsWith("mosquitto_sub ", StringComparison.Ordinal))
            .Select(l => Arguments(l, broker, folder)).ToArray();
        Assert.Equal(["config", "check", "tap", "run", "status", "mosquitto_sub"], commands.Select(c => c[0] == "edgeagent" ? c[1] : c[0]));

        // The page has it written where one stands.
        using (var init = AgentProcess.Start([.. commands[0][1..], "--output", folder.File("edgeagent.toml")]))
        {
            await init.Says("listening at");
            for (var i = 0; i < 40 && init.Count("is written") == 0; i++)
            {
                await OvenSensors.Publish(broker, 0, 5);
                await Task.Delay(200);
            }
            await init.Says("is written");
        }
        var (exitCode, output) = await AgentProcess.Run(commands[1][1..]);
        Assert.True(exitCode == 0, output);
        using (var tap = AgentProcess.Start(commands[2][1..]))
        {
            await tap.Says("listening at");
            await OvenSensors.Publish(broker, 0, 5);
            await tap.Says("10 usable");
        }
        using var agent = AgentProcess.Start(commands[3][1..]);
        await agent.Says("subscribed at");
        (exitCode, output) = await AgentProcess.Run(commands[4][1..]);
        Assert.True(exitCode == 0, output);
        using var consumer = ProgramRun.Start("mosquitto_sub", ["-p", broker.Port.ToString(CultureInfo.InvariantCulture), .. commands[5][1..]]);
        await OvenSensors.Publish(broker, 0, OvenSensors.Readings);
        Assert.Equal(0, consumer.WaitForExit());
        Assert.Contains("oven-1", consumer.Output);
        Assert.Contains("temperature", consumer.Output);
        Assert.Equal(0, await agent.Stop());
    }

    /// <summary>The words of a command, at the test's own broker, folder and pace.</summary>
    private static string[] Arguments(string line, Mosquitto broker, TempFolder folder) =>
    [
        .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('\'') switch
        {
            "mqtt://127.0.0.1:1883" => broker.Url,
            "edgeagent.toml" => folder.File("edgeagent.toml"),
            "20s" or "10s" => "4s",
            var other => other,
        }),
    ];
}
