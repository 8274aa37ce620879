using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Outbox.Salvage;
using EdgeAgent.Pipeline.State;
using EdgeAgent.Recordings;

namespace EdgeAgent.Fuzz;

/// <summary>Files: recordings, bundles, and what the agent itself had written before a power cut.</summary>
internal static class FileTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("recording", bytes => InFile("recording.csv", bytes, ReadRecording)),
        new("messages", bytes => InFile("messages.jsonl", bytes, ReadRecording)),
        new("manifest", bytes => InFile("manifest.json", bytes, ReadManifest)),
        new("golden", bytes => InFile("golden.json", bytes, ReadGolden)),
        new("weight-files", bytes => ExternalData.TryFind(new MemoryStream(bytes), out _)),
        new("checkpoint", bytes => InFile("devices.checkpoint", bytes, ReadCheckpoint)),
        new("device-slot", bytes => SlotImage.Parse(bytes)),
        new("wal", bytes => InFile("outbox.db-wal", bytes, ReadLog)),
        new("damaged-store", bytes => InFile("outbox.db", bytes, path => StoreSalvage.Run(path, _ => { }))),
    ];

    /// <summary>A folder in memory, where there is one: a fuzzer writes thousands of files a second.</summary>
    private static readonly Lazy<string> Folder = new(() =>
    {
        var memory = "/dev/shm";
        return Directory.CreateDirectory(Path.Combine(
            Directory.Exists(memory) ? memory : Path.GetTempPath(), $"edgeagent-fuzz-{Environment.ProcessId}")).FullName;
    });

    static FileTargets() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        if (Folder.IsValueCreated) Directory.Delete(Folder.Value, recursive: true);
    };

    private static void InFile(string name, byte[] bytes, Action<string> read)
    {
        var path = Path.Combine(Folder.Value, name);
        File.WriteAllBytes(path, bytes);
        read(path);
    }

    private static void ReadRecording(string path)
    {
        try
        {
            RecordingReader.Read(path, "recording");
        }
        catch (RecordingException)
        {
            // It says file and line, and what was expected.
        }
    }

    private static void ReadManifest(string path)
    {
        try
        {
            ModelBundle.ReadManifest(path);
        }
        catch (BundleException)
        {
            // It names the bundle.
        }
    }

    private static void ReadGolden(string path)
    {
        try
        {
            GoldenCheck.Read(path);
        }
        catch (BundleException)
        {
            // It names the file and the place.
        }
    }

    private static void ReadCheckpoint(string path)
    {
        try
        {
            CheckpointFile.Read(path, (_, _) => { });
        }
        catch (InvalidDataException)
        {
            // It is set aside.
        }
    }

    private static void ReadLog(string path)
    {
        if (WalFile.Read(path) is not { } log) return;
        foreach (var at in log.Images(0)) _ = log.Page(at).Length;
        _ = log.Views().Count;
    }
}
