using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Cli;
using EdgeAgent.Configuration;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Hosting;

/// <summary>
/// Waits for SIGHUP and looks at the configuration again, with its models, as <c>check</c> does. What is wrong is told and
/// changes nothing; what is as it was changes nothing either.
/// </summary>
internal sealed partial class Reload : IDisposable
{
    private readonly SemaphoreSlim _asked = new(0, 1);
    private readonly Func<ConfigurationResult> _load;
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly PosixSignalRegistration? _hangUp;
    private string _fingerprint;
    private string _before;

    /// <param name="path">The main file.</param>
    /// <param name="load">Reads the configuration.</param>
    /// <param name="now">The one that the agent begins with.</param>
    /// <param name="logger">Hears what is wrong.</param>
    public Reload(string path, Func<ConfigurationResult> load, AgentOptions now, ILogger logger)
    {
        (_path, _load, _logger, _fingerprint) = (path, load, logger, _before = Fingerprint(path, now));
        // At a terminal the signal says that the terminal is gone, and the agent goes with it as any program does.
        if (Console.IsInputRedirected) _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Asked);
    }

    /// <summary>Ends when a reload is asked for; what was asked for meanwhile counts as one.</summary>
    public Task AskedAsync(CancellationToken cancel) => _asked.WaitAsync(cancel);

    /// <summary>The configuration to go on with; null: the one that runs.</summary>
    public AgentOptions? Next()
    {
        var result = _load();
        var troubles = result.Options is { } read ? ModelCheck.Troubles(read) : [.. result.Errors.Select(e => e.ToString())];
        if (troubles.Count > 0)
        {
            foreach (var trouble in troubles)
                NotUsable(trouble);
            Refused(_path, troubles.Count);
            return null;
        }
        var fingerprint = Fingerprint(_path, result.Options!);
        if (fingerprint == _fingerprint)
        {
            Unchanged(_path);
            return null;
        }
        (_before, _fingerprint) = (_fingerprint, fingerprint);
        Taken(_path);
        return result.Options;
    }

    /// <summary>The last one given could not run. Asked for again it is tried again, for what kept it from running may be gone.</summary>
    public void NotRun() => _fingerprint = _before;

    public void Dispose()
    {
        _hangUp?.Dispose();
        _asked.Dispose();
    }

    private void Asked(PosixSignalContext context)
    {
        context.Cancel = true;
        try
        {
            _ = _asked.Release();
        }
        catch (SemaphoreFullException)
        {
            // Asked for already.
        }
    }

    /// <summary>Changes when a file changes that the agent would read at a start: configuration, models, passwords, certificates.</summary>
    private static string Fingerprint(string path, AgentOptions options)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        var connections = options.Sources.Select(s => s.Mqtt).Append(options.Upstream.Mqtt).ToList();
        var files = ConfigurationFile.Files(path).Concat(connections.SelectMany(m => new[] { m.PasswordFile, m.CaFile, m.CertFile, m.KeyFile }).OfType<string>())
            .Concat(options.Detectors.Select(d => Path.GetFullPath(d.Model, folder)).Distinct().SelectMany(FilesOf));
        var all = new StringBuilder();
        foreach (var file in files)
            all.Append(file).Append('\n').Append(Digest(file)).Append('\n');
        return all.ToString();
    }

    private static IEnumerable<string> FilesOf(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal) : [folder];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [folder];
        }
    }

    private static string Digest(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return Convert.ToHexStringLower(Sha256.Hash(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LoggerMessage(LogLevel.Error, "{Trouble}")]
    private partial void NotUsable(string trouble);

    [LoggerMessage(LogLevel.Error, "the configuration {Path} is not taken over, for the reasons above ({Count}). The agent goes on with the one before")]
    private partial void Refused(string path, int count);

    [LoggerMessage(LogLevel.Information, "the configuration {Path} and its models are as they were")]
    private partial void Unchanged(string path);

    [LoggerMessage(LogLevel.Information, "the configuration {Path} is good and is taken over")]
    private partial void Taken(string path);
}
