using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using EdgeAgent.Doctor;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Events;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.Pipeline.Outbox.Store;
using EdgeAgent.TestData;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Tests.Doctor;

/// <summary>A configuration with a state folder, and the doctor looking at it.</summary>
internal sealed class DoctorBench : IDisposable
{
    private const string Nowhere = "mqtt://127.0.0.1:1";
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "edgeagent.dll");
    private readonly TempFolder _folder = new();

    public DoctorBench(string url = Nowhere, string? state = null, string login = "", bool hasModel = true)
    {
        State = state ?? _folder.File("state");
        Directory.CreateDirectory(State);
        if (hasModel) TinyBundle.Write(_folder.File("sum"), TinyBundle.Sum("a"), TinyBundle.SumModel(1));
        File.WriteAllText(Configuration, $$"""
            [agent]
            site = "s"
            id = "g"
            state = "{{State}}"
            runtime = "{{_folder.File("run")}}"
            [sources.pumps]
            mqtt = { url = "{{url}}", topics = ["plant/+/t"] {{login}} }
            device = "topic[1]"
            channels = "values.*"
            [detectors.health]
            source = "pumps"
            model = "sum"
            [upstream]
            mqtt = { url = "{{url}}" {{login}} }
            buffer = { size = "8MiB", reserve = "1MiB" }
            """);
    }

    public string State { get; }
    public string Configuration => _folder.File("edgeagent.toml");
    public string Store => Path.Combine(State, "outbox.db");

    public string AddFile(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }

    /// <summary>Leaves a store as a kill does: what is owed stands partly in the log.</summary>
    public void LeaveStore(int events, bool inLog)
    {
        var path = _folder.File("made.db");
        using var store = OutboxStore.Open(path, TimeProvider.System, NullLogger.Instance);
        store.Commit([.. Enumerable.Range(1, events).Select(i =>
            new StoredEvent(i, new OutboxEntry(
                $"id-{i}", "t", Encoding.UTF8.GetBytes($"payload number {i} of them"),
                Severity.Warning, DateTime.UtcNow.AddHours(-i).Ticks)))], []);
        if (!inLog) store.Dispose();
        File.Copy(path, Store, overwrite: true);
        if (inLog) File.Copy(path + "-wal", Store + "-wal", overwrite: true);
    }

    public async Task<IReadOnlyList<Finding>> CheckAsync()
    {
        var before = StateHash();
        var findings = await CheckBesideAgentAsync();
        Assert.Equal(before, StateHash());
        return findings;
    }

    /// <summary>The same where an agent writes to the state folder meanwhile.</summary>
    public async Task<IReadOnlyList<Finding>> CheckBesideAgentAsync()
    {
        var read = EdgeAgent.Configuration.ConfigurationFile.Load(Configuration, new Dictionary<string, string>());
        Assert.Empty(read.Errors);
        return await DoctorRun.CheckAsync(read.Options!, read.Warnings, Configuration, null, CancellationToken.None);
    }

    /// <summary>Every name, length, content and time below the state folder.</summary>
    public string StateHash() =>
        string.Join('\n', Directory.EnumerateFileSystemEntries(State, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(f => $"{f} {File.GetLastWriteTimeUtc(f).Ticks} {(File.Exists(f) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))) : "")}")
        .Prepend($"{Directory.GetLastWriteTimeUtc(State).Ticks}"));

    public async Task<(int Code, string Output)> RunAsync(params string[] more)
    {
        using var process = Start("doctor", more);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    public Process Start(string command, params string[] more) => Process.Start(
        new ProcessStartInfo("dotnet", [Program, command, "--config", Configuration, .. more]) { RedirectStandardOutput = true,
            RedirectStandardError = true })!;

    /// <summary>Runs it in a mount namespace of its own, after what a shell does there first; nobody else sees that.</summary>
    public async Task<string> RunWhereAsync(string mounts)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "unshare", ["--mount", "sh", "-ec", mounts + "\nexec dotnet \"$0\" doctor --config \"$1\"",
                Program, Configuration]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await errors;
    }

    public void Dispose() => _folder.Dispose();
}
