using System.Buffers.Binary;
using System.Text;
using EdgeAgent.Configuration;
using EdgeAgent.Recordings.Times;
using EdgeAgent.Rules;
using EdgeAgent.Serving;

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
        new("infer-request", ReadRequest),
    ];

    /// <summary>The first two bytes are the length of the JSON; all bits set: it is all JSON.</summary>
    private static void ReadRequest(byte[] bytes)
    {
        if (bytes.Length < 2) return;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        try
        {
            InferRequestReader.Read(bytes.AsMemory(2), length == ushort.MaxValue ? null : length);
            LoadRequest.Check(bytes.AsSpan(2));
        }
        catch (ServingException)
        {
            // It is told what is wrong.
        }
    }

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
