using EdgeAgent.Configuration;
using EdgeAgent.Pipeline;

namespace EdgeAgent.Demo;

/// <summary>Writes the demo's configuration to a folder of its own and loads it the way <c>run</c> would.</summary>
internal static class DemoConfiguration
{
    /// <param name="folder">An empty folder.</param>
    /// <param name="brokerUrl">The demo's broker.</param>
    /// <param name="model">The bundle's folder.</param>
    public static AgentOptions Load(string folder, string brokerUrl, string model)
    {
        var file = Path.Combine(folder, "edgeagent.toml");
        using (var resource = typeof(DemoConfiguration).Assembly.GetManifestResourceStream("demo.toml")!)
        using (var copy = File.Create(file))
            resource.CopyTo(copy);
        var result = ConfigurationFile.Load(file, new Dictionary<string, string>
        {
            ["EDGEAGENT__SOURCES__PUMPS__MQTT__URL"] = brokerUrl,
            ["EDGEAGENT__UPSTREAM__MQTT__URL"] = brokerUrl,
            ["EDGEAGENT__DETECTORS__PUMP_HEALTH__MODEL"] = model,
        });
        return result.Options ?? throw new InvalidOperationException(string.Join("\n", result.Errors));
    }
}
