using System.Text;
using EdgeAgent.Configuration;
using EdgeAgent.Recordings.Times;
using EdgeAgent.Rules;

namespace EdgeAgent.Fuzz;

/// <summary>Texts: times as devices write them, configurations, rules.</summary>
internal static class TextTargets
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("time", bytes => TimestampText.TryRead(bytes, out _)),
        new("rule", bytes => Rule.TryParse(Encoding.UTF8.GetString(bytes), null, out _, out _)),
        new("configuration", ReadConfiguration),
    ];

    private static void ReadConfiguration(byte[] bytes)
    {
        var path = Path.Combine(Path.GetTempPath(), $"edgeagent-fuzz-{Environment.ProcessId}.toml");
        File.WriteAllBytes(path, bytes);
        try
        {
            var result = ConfigurationFile.Load(path, NoEnvironment);
            if (result.Options is null && result.Errors.Count == 0) throw new InvalidOperationException("neither options nor errors");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
