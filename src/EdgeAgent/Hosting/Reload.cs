using System.Runtime.InteropServices;
using EdgeAgent.Cli;
using EdgeAgent.Configuration;
using EdgeAgent.Control.Status;
using EdgeAgent.Pipeline;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Hosting;

/// <summary>
/// Waits for SIGHUP and reads the configuration again, with its models, as <c>check</c> does. What is wrong is logged, counted and
/// changes nothing.
/// </summary>
internal sealed partial class Reload : IDisposable
{
    private readonly SemaphoreSlim _asked = new(0, 1);
    private readonly Func<ConfigurationResult> _load;
    private readonly AgentLife _life;
    private readonly ILogger _logger;
    private readonly PosixSignalRegistration? _hangUp;

    /// <param name="load">Reads the configuration.</param>
    /// <param name="life">Remembers what came of it.</param>
    /// <param name="logger">Hears what is wrong.</param>
    public Reload(Func<ConfigurationResult> load, AgentLife life, ILogger logger)
    {
        (_load, _life, _logger) = (load, life, logger);
        // At a terminal the signal says that the terminal is gone, and the agent goes with it as any program does.
        if (Console.IsInputRedirected) _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Asked);
    }

    /// <summary>Ends when a reload is asked for; what was asked for meanwhile counts as one.</summary>
    public Task AskedAsync(CancellationToken cancel) => _asked.WaitAsync(cancel);

    /// <summary>The configuration as it lies on disk now; null where it is refused.</summary>
    /// <param name="isKnownGood">Whether a model's folder holds what runs already.</param>
    public AgentOptions? Read(Func<AgentOptions, string, bool> isKnownGood)
    {
        var result = _load();
        var troubles = result.Options is { } read
            ? ModelCheck.Troubles(read, isKnownGood: folder => isKnownGood(read, folder)) : [.. result.Errors.Select(e => e.ToString())];
        if (troubles.Count == 0) return result.Options;
        foreach (var trouble in troubles)
            NotUsable(trouble);
        Refused(_life.Configuration, troubles.Count);
        var first = troubles[0].ReplaceLineEndings(" ");
        _life.Refused(troubles.Count == 1 ? first : $"{first} (and {troubles.Count - 1} more)");
        return null;
    }

    public void Unchanged()
    {
        _life.Unchanged();
        IsUnchanged(_life.Configuration);
    }

    /// <param name="what">What was changed.</param>
    public void Taken(string what)
    {
        _life.Taken();
        IsTaken(_life.Configuration, what);
    }

    /// <summary>The last one read looked good and cannot run. Asked for again it is tried again.</summary>
    public void NotRun(string failure)
    {
        CannotRun(failure);
        _life.Refused($"it cannot run: {failure}");
    }

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

    [LoggerMessage(LogLevel.Error, "{Trouble}")]
    private partial void NotUsable(string trouble);

    [LoggerMessage(
        LogLevel.Error, "the configuration {Path} is refused for the reasons above ({Count}). The agent goes on with the previous one")]
    private partial void Refused(string path, int count);

    [LoggerMessage(LogLevel.Information, "the configuration {Path} and its models mean what they meant: nothing is changed")]
    private partial void IsUnchanged(string path);

    [LoggerMessage(LogLevel.Information, "the configuration {Path} is taken over: {What}")]
    private partial void IsTaken(string path, string what);

    [LoggerMessage(LogLevel.Error, "the new configuration cannot run: {Failure}. The agent goes on with the previous one")]
    private partial void CannotRun(string failure);
}
