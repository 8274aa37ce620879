using EdgeAgent.Configuration;

namespace EdgeAgent.Tests.Configuration;

/// <summary>A folder with a configuration in it, gone when disposed of.</summary>
internal sealed class TestConfiguration : IDisposable
{
    /// <summary>The least that loads; ends with a line of its own for what a test adds.</summary>
    public const string Least = """
        [sources.pumps]
        mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["plant/+/telemetry"] }
        channels = "values.*"
        [upstream]
        mqtt = { url = "mqtts://hub.example:8883" }

        """;

    private readonly Dictionary<string, string> _environment = [];

    public TestConfiguration(string text) => Write("edgeagent.toml", text);

    public string Folder { get; } = Directory.CreateTempSubdirectory("edgeagent-").FullName;

    public string MainFile => Path.Combine(Folder, "edgeagent.toml");

    public TestConfiguration With(string variable, string value)
    {
        _environment[variable] = value;
        return this;
    }

    public TestConfiguration Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    public ConfigurationResult Load() => ConfigurationFile.Load(MainFile, _environment);

    public OutputLines LoadLines() => ConfigurationFile.LoadLines(MainFile, _environment);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
