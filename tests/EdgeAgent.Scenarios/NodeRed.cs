using System.Text.Json;

namespace EdgeAgent.Scenarios;

/// <summary>A real Node-RED without its editor: it listens on no port, and its files lie in a folder of the test.</summary>
internal sealed class NodeRed : IDisposable
{
    private readonly ProgramRun _run;

    /// <param name="folder">Takes what it writes.</param>
    /// <param name="broker">Where its flow sends to.</param>
    /// <param name="function">The body of the flow's function; it gives a list of messages each time it is called.</param>
    public NodeRed(TempFolder folder, RealBroker broker, string function)
    {
        var program = Repository.File("tests/node-red/node_modules/node-red/red.js");
        Assert.True(File.Exists(program), "needs nodejs, and run: npm ci --prefix tests/node-red");
        _run = ProgramRun.Start(
            "node", new Dictionary<string, string> { ["NODE_ENV"] = "production" }, program, "--userDir", folder.File("node-red"),
            "--settings", Repository.File("tests/node-red/settings.js"), folder.Write("flow.json", Flow(broker.Port, function)));
    }

    /// <summary>Waits until it is connected, which takes ten seconds on a small machine.</summary>
    public void WaitForConnection() => _run.WaitFor("Connected to broker");

    public string Said => _run.Said;

    public int Stop() => _run.Terminate();

    public void Dispose() => _run.Dispose();

    /// <summary>A timer calls the function, whose messages go out.</summary>
    private static string Flow(int port, string function) => $$"""
        [
            { "id": "flow", "type": "tab", "label": "readings" },
            { "id": "broker", "type": "mqtt-broker", "broker": "127.0.0.1", "port": "{{port}}", "protocolVersion": "5", "keepalive": "60",
              "cleansession": true, "autoConnect": true },
            { "id": "timer", "z": "flow", "type": "inject", "props": [], "repeat": "0.1", "once": true, "onceDelay": "1",
              "wires": [["readings"]] },
            { "id": "readings", "z": "flow", "type": "function", "func": {{JsonSerializer.Serialize(function)}}, "outputs": 1,
              "wires": [["out"]] },
            { "id": "out", "z": "flow", "type": "mqtt out", "topic": "", "qos": "1", "retain": "false", "broker": "broker", "wires": [] }
        ]
        """;
}
